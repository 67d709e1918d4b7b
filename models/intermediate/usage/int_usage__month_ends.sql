{# The counts of the health score at the ends of months; windows of which under half is on record
   measure nothing. #}
{% set days_back = dbt.datediff('activity_date', 'score_date', 'day') %}
with

counts as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'score_date') }} as date) as month

    from {{ ref('int_usage__score_day_counts') }}

    where
        score_date = {{ as_of_date() }}
        or {{ is_month_end('score_date') }}

),

window_days as (

    select
        *,
        {{ days_back }} < 7 as is_of_last_week

    from {{ ref('int_usage__window_days') }}

),

windows as (

    select
        score_date,
        dimension,
        max(window_days) as window_days,
        2 * count(*) >= max(window_days) as is_half_there,
        2 * count(case when is_of_last_week then 1 end) >= 7 as is_half_week_there,
        nullif(count(case when is_weekday then 1 end), 0) as weekdays

    from window_days

    group by score_date, dimension

),

weekday_users as (

    select
        account_days.account_id,
        window_days.score_date,
        sum(account_days.active_users) as user_days

    from window_days

    inner join {{ ref('int_usage__account_days') }} as account_days
        on window_days.activity_date = account_days.activity_date

    where window_days.dimension = 'active_weekdays' and window_days.is_weekday

    group by account_days.account_id, window_days.score_date

),

weekly_users as (

    select
        counts.account_id,
        counts.score_date,
        count(*) as active_users

    from counts

    inner join {{ ref('int_usage__spans') }} as spans
        on
            counts.account_id = spans.account_id
            and spans.use_kind = 'active_user'
            and spans.window_days = 7
            and counts.score_date >= spans.seen_from
            and counts.score_date < spans.seen_until

    group by counts.account_id, counts.score_date

),

users as (

    select * from {{ ref('int_usage__score_day_users') }}

)

select
    counts.account_id,
    counts.month,
    counts.score_date,
    case when weeks.is_half_week_there then coalesce(weekly_users.active_users, 0) end
        as weekly_active_users,
    case when months.is_half_there then coalesce(monthly_users.active_users, 0) end
        as monthly_active_users,
    case
        when weekdays.is_half_there
            then coalesce(weekday_users.user_days, 0) / cast(weekdays.weekdays as double)
    end as weekday_active_users,
    case when weeks.is_half_there then coalesce(mean_weekly_users.active_users, 0) end
        as mean_weekly_active_users,
    counts.paid_seats,
    nullif(counts.entitled_features, 0) as entitled_features,
    case when features.is_half_there and counts.entitled_features > 0 then counts.used_features end
        as used_features,
    case
        when depths.is_half_there and counts.entitled_tier_features > 0
            then counts.tier_feature_users
    end as tier_feature_users,
    case when trends.is_half_there and counts.tenure_days >= 28 then counts.recent_user_days end
        as recent_user_days,
    case when trends.is_half_there and counts.tenure_days >= 28 then counts.prior_user_days end
        as prior_user_days

from counts
{% for name, dimension in {
    'months': 'seat_utilisation', 'weeks': 'engagement_rhythm', 'weekdays': 'active_weekdays',
    'features': 'breadth', 'depths': 'depth', 'trends': 'usage_trend',
}.items() %}
left join windows as {{ name }}
    on counts.score_date = {{ name }}.score_date and {{ name }}.dimension = '{{ dimension }}'
{% endfor %}
left join users as monthly_users
    on
        counts.account_id = monthly_users.account_id
        and counts.score_date = monthly_users.score_date
        and months.window_days = monthly_users.window_days
        and not monthly_users.is_weekly

left join users as mean_weekly_users
    on
        counts.account_id = mean_weekly_users.account_id
        and counts.score_date = mean_weekly_users.score_date
        and mean_weekly_users.is_weekly

left join weekly_users
    on
        counts.account_id = weekly_users.account_id
        and counts.score_date = weekly_users.score_date

left join weekday_users
    on
        counts.account_id = weekday_users.account_id
        and counts.score_date = weekday_users.score_date
