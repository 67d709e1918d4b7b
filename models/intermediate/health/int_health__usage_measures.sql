with

counts as (

    select * from {{ ref('int_usage__score_day_counts') }}

),

windows as (

    select * from {{ ref('int_health__windows') }}

    where
        dimension in (
            'active_weekdays', 'seat_utilisation', 'user_engagement', 'engagement_rhythm',
            'usage_trend', 'breadth', 'depth', 'integrations', 'exit_intent'
        )

),

-- Days on record: not those of an outage, nor those before the tracking began.
days_there as (

    select
        score_date,
        dimension,
        count(*) as tracked_days,
        sum(case when is_weekday then 1 else 0 end) as weekdays

    from {{ ref('int_usage__window_days') }}

    group by score_date, dimension

),

window_sizes as (

    select
        windows.score_date,
        windows.dimension,
        windows.window_days,
        coalesce(2 * days_there.tracked_days >= windows.window_days, false) as is_half_there,
        days_there.weekdays

    from windows

    left join days_there
        on
            windows.score_date = days_there.score_date
            and windows.dimension = days_there.dimension

),

users as (

    select * from {{ ref('int_usage__score_day_users') }}

),

counted as (

    select
        counts.*,
        window_sizes.dimension,
        window_sizes.is_half_there,
        window_sizes.weekdays,
        coalesce(active_users.active_users, 0) as active_users,
        coalesce(weekly_users.active_users, 0) as weekly_users

    from counts

    inner join window_sizes on counts.score_date = window_sizes.score_date

    left join users as active_users
        on
            counts.account_id = active_users.account_id
            and counts.score_date = active_users.score_date
            and window_sizes.window_days = active_users.window_days
            and not active_users.is_weekly

    left join users as weekly_users
        on
            counts.account_id = weekly_users.account_id
            and counts.score_date = weekly_users.score_date
            and weekly_users.is_weekly

),

fractions as (

    select
        account_id,
        score_date,
        dimension,
        is_half_there and not (dimension = 'usage_trend' and tenure_days < 28) as is_measurable,
        case
            when dimension = 'seat_utilisation' then coalesce(paid_seats, 0) > 0
            when dimension = 'depth' then entitled_tier_features > 0
            else true
        end as is_applicable,
        case dimension
            when 'active_weekdays' then active_weekdays
            when 'seat_utilisation' then active_users
            when 'user_engagement' then active_users
            when 'engagement_rhythm' then weekly_users
            when 'usage_trend' then recent_user_days - prior_user_days
            when 'breadth' then used_features
            when 'depth' then tier_feature_users
            when 'integrations' then active_integrations
            when 'exit_intent' then intent_events
        end as numerator,
        case dimension
            when 'active_weekdays' then weekdays
            when 'seat_utilisation' then paid_seats
            when 'user_engagement' then provisioned_users
            when 'engagement_rhythm' then active_users
            when 'usage_trend' then prior_user_days
            when 'breadth' then entitled_features
            when 'depth' then active_users
            else 1
        end as denominator

    from counted

)

select
    account_id,
    score_date,
    dimension,
    case
        when is_applicable and is_measurable
            then cast(numerator as double) / nullif(denominator, 0)
    end as raw_value,
    is_applicable,
    is_measurable and coalesce(denominator, 0) > 0 as has_denominator

from fractions
