with

window_days as (

    select * from {{ ref('int_usage__window_days') }}

    where dimension in ('active_weekdays', 'usage_trend', 'exit_intent')

),

account_days as (

    select * from {{ ref('int_usage__account_days') }}

    where active_users > 0 or intent_events > 0

)

select
    account_days.account_id,
    window_days.score_date,
    sum(
        case
            when
                window_days.dimension = 'active_weekdays'
                and window_days.is_weekday
                and account_days.active_users > 0
                then 1
            else 0
        end
    ) as active_weekdays,
    sum(
        case
            when window_days.dimension = 'usage_trend' and window_days.is_recent
                then account_days.active_users
            else 0
        end
    ) as recent_user_days,
    sum(
        case
            when window_days.dimension = 'usage_trend' and not window_days.is_recent
                then account_days.active_users
            else 0
        end
    ) as prior_user_days,
    sum(
        case
            when window_days.dimension = 'exit_intent' then account_days.intent_events else 0
        end
    ) as intent_events

from window_days

inner join account_days on window_days.activity_date = account_days.activity_date

group by account_days.account_id, window_days.score_date
