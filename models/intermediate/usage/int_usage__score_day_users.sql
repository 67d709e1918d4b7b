with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

window_days as (

    select * from {{ ref('int_usage__window_days') }}

),

-- At which ends of which spans users are counted: a window once, its weeks one by one. A week
-- without a day on record is left out.
moments as (

    select distinct
        score_date,
        window_days,
        false as is_weekly,
        score_date as moment

    from window_days

    where dimension in ('seat_utilisation', 'user_engagement', 'engagement_rhythm', 'depth')

    union

    select distinct
        score_date,
        7 as window_days,
        true as is_weekly,
        cast({{ dbt.dateadd(
            'day', '-7 * cast(floor(' ~ dbt.datediff('activity_date', 'score_date', 'day') ~ ' / 7.0) as integer)', 'score_date'
        ) }} as date) as moment

    from window_days

    where dimension = 'engagement_rhythm'

),

moment_counts as (

    select
        score_date,
        window_days,
        is_weekly,
        moment,
        count(*) over (partition by score_date, window_days, is_weekly) as moments

    from moments

),

spans as (

    select * from {{ ref('int_usage__spans') }}

    where use_kind = 'active_user'

)

select
    score_days.account_id,
    score_days.score_date,
    moment_counts.window_days,
    moment_counts.is_weekly,
    count(*) / cast(max(moment_counts.moments) as double) as active_users

from score_days

inner join moment_counts on score_days.score_date = moment_counts.score_date

inner join spans
    on
        score_days.account_id = spans.account_id
        and moment_counts.window_days = spans.window_days
        and moment_counts.moment >= spans.seen_from
        and moment_counts.moment < spans.seen_until

group by
    score_days.account_id,
    score_days.score_date,
    moment_counts.window_days,
    moment_counts.is_weekly
