{% set window_start = dbt.dateadd('day', 1 - var('feedback_window_days'), as_of_date()) %}
with

responses as (

    select * from {{ ref('int_voice__responses') }}

),

ratings as (

    select * from {{ ref('int_voice__ratings') }}

),

ticket_tags as (

    select * from {{ ref('stg_zendesk__ticket_tags') }}

    where is_current and not is_deleted

),

tickets as (

    select * from {{ ref('int_support__tickets') }}

),

feedback_themes as (

    select * from {{ reference('feedback_themes') }}

),

said as (

    select
        account_id,
        response_id as feedback_id,
        'survey' as feedback_source,
        case
            when score >= 9 then 'promoter'
            when score >= 7 then 'passive'
            else 'detractor'
        end as theme,
        responded_on as said_on

    from responses

    union all

    select
        account_id,
        satisfaction_rating_id as feedback_id,
        'rating' as feedback_source,
        case when is_good then 'good' else 'bad' end as theme,
        rated_on as said_on

    from ratings

    union all

    -- Two tags of one theme are said once.
    select distinct
        tickets.account_id,
        tickets.ticket_id as feedback_id,
        'ticket_tag' as feedback_source,
        feedback_themes.theme,
        tickets.opened_date as said_on

    from ticket_tags

    inner join feedback_themes on ticket_tags.tag = lower(feedback_themes.tag)

    inner join tickets on ticket_tags.ticket_id = tickets.ticket_id

)

select * from said

where account_id is not null and said_on between {{ window_start }} and {{ as_of_date() }}
