with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

windowed_days as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.size_tier,
        windows.dimension,
        windows.window_start

    from score_days

    inner join {{ ref('int_health__windows') }} as windows
        on score_days.score_date = windows.score_date

    where windows.dimension in ('csat', 'survey_response')

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

-- The latest answer of each contact; an answer of half a year ago weighs half.
weighed_responses as (

    select
        score_days.account_id,
        score_days.score_date,
        responses.score,
        power(
            0.5,
            {{ dbt.datediff('responses.responded_on', 'score_days.score_date', 'day') }}
            / {{ var('nps_half_life_days') }}.0
        ) as weight

    from score_days

    left join responses
        on
            score_days.account_id = responses.account_id
            and responses.responded_on <= score_days.score_date
            and coalesce(responses.superseded_on, {{ far_date() }}) > score_days.score_date

),

window_ratings as (

    select
        windowed_days.account_id,
        windowed_days.score_date,
        windowed_days.size_tier,
        count(ratings.satisfaction_rating_id) as ratings,
        count(case when ratings.is_good then 1 end) as good_ratings

    from windowed_days

    left join ratings
        on
            windowed_days.account_id = ratings.account_id
            and windowed_days.window_start <= ratings.rated_on
            and ratings.rated_on <= windowed_days.score_date

    where windowed_days.dimension = 'csat'

    group by windowed_days.account_id, windowed_days.score_date, windowed_days.size_tier

),

window_requests as (

    select
        windowed_days.account_id,
        windowed_days.score_date,
        count(requests.survey_request_id) as sent,
        count(case when requests.answered_on <= windowed_days.score_date then 1 end) as answered

    from windowed_days

    left join requests
        on
            windowed_days.account_id = requests.account_id
            and windowed_days.window_start <= requests.sent_on
            and requests.sent_on <= windowed_days.score_date

    where windowed_days.dimension = 'survey_response'

    group by windowed_days.account_id, windowed_days.score_date

)

select
    account_id,
    score_date,
    'mean_nps_rating' as dimension,
    cast(sum(score * weight) / sum(weight) as double) as raw_value,
    true as is_applicable,
    true as has_denominator

from weighed_responses

group by account_id, score_date

union all

select
    account_id,
    score_date,
    'csat' as dimension,
    cast({{ shrunk_rate('good_ratings', 'ratings', 'tier') }} as double) as raw_value,
    true as is_applicable,
    true as has_denominator

from window_ratings

window tier as (partition by score_date, size_tier)

union all

select
    account_id,
    score_date,
    'survey_response' as dimension,
    cast(answered as double) / nullif(sent, 0) as raw_value,
    sent > 0 as is_applicable,
    true as has_denominator

from window_requests
