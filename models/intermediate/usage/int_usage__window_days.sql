{# A few dozen scored days, nine dimensions, 28 days each: small. Weeks begin on Monday. #}
{% set days_into_week = dbt.datediff(
    dbt.date_trunc('week', 'tracked_days.activity_date'), 'tracked_days.activity_date', 'day'
) %}
{% set days_back = dbt.datediff('tracked_days.activity_date', 'windows.score_date', 'day') %}
with

tracked_days as (

    select * from {{ ref('int_usage__tracked_days') }}

),

windows as (

    select
        *,
        cast(floor(window_days / 2.0) as integer) as half_days

    from {{ ref('int_health__windows') }}

    where
        dimension in (
            'active_weekdays', 'seat_utilisation', 'user_engagement', 'engagement_rhythm',
            'usage_trend', 'breadth', 'depth', 'integrations', 'exit_intent'
        )

),

there as (

    select
        windows.score_date,
        windows.dimension,
        windows.window_days,
        tracked_days.activity_date,
        {{ days_into_week }} < 5
            as is_weekday,
        windows.half_days,
        {{ days_back }} < windows.half_days
            as is_recent

    from windows

    inner join tracked_days
        on
            windows.window_start <= tracked_days.activity_date
            and windows.score_date >= tracked_days.activity_date

),

-- The trend compares a day with the one two weeks before: neither counts without the other.
paired as (

    select
        *,
        cast({{ dbt.dateadd(
            'day',
            "case when dimension <> 'usage_trend' then 0 when is_recent then -half_days else half_days end",
            'activity_date'
        ) }} as date) as counterpart_date

    from there

)

select
    paired.score_date,
    paired.dimension,
    paired.activity_date,
    paired.window_days,
    paired.is_weekday,
    paired.is_recent

from paired

inner join tracked_days on paired.counterpart_date = tracked_days.activity_date
