{% set counts = voice_counts() %}
with

windows as (

    select
        month,
        end_date,
        cast(
            {{ dbt.dateadd('day', 1 - var('voice_window_days'), 'end_date') }} as date
        ) as window_start

    from {{ ref('int_revenue__months') }}

),

responses as (

    select * from {{ ref('int_voice__responses') }}

),

ratings as (

    select * from {{ ref('int_voice__ratings') }}

),

requests as (

    select * from {{ ref('int_voice__requests') }}

),

-- One answer per contact: the latest at the end of the window.
answers as (

    select
        windows.month,
        responses.account_id,
        case when responses.score >= 9 then 1 end as promoters,
        case when responses.score between 7 and 8 then 1 end as passives,
        case when responses.score <= 6 then 1 end as detractors

    from responses

    inner join windows
        on
            windows.window_start <= responses.responded_on
            and responses.responded_on <= windows.end_date

    where coalesce(responses.superseded_on, {{ far_date() }}) > windows.end_date

),

rated as (

    select
        windows.month,
        ratings.account_id,
        1 as ratings,
        case when ratings.is_good then 1 end as good_ratings,
        case when ratings.stars is not null then 1 end as star_ratings,
        ratings.stars

    from ratings

    inner join windows
        on windows.window_start <= ratings.rated_on and ratings.rated_on <= windows.end_date

),

asked as (

    select
        windows.month,
        requests.account_id,
        1 as surveys_sent,
        case when requests.answered_on <= windows.end_date then 1 end as surveys_answered

    from requests

    inner join windows
        on windows.window_start <= requests.sent_on and requests.sent_on <= windows.end_date

)

{% for relation, own in {
    'answers': counts[:3], 'rated': counts[3:7], 'asked': counts[7:],
}.items() %}
select
    account_id,
    {%- for column in counts %}
    {{ column if column in own else 'cast(null as integer) as ' ~ column }},
    {%- endfor %}
    month
from {{ relation }}
where account_id is not null
{{ 'union all' if not loop.last }}
{% endfor %}
