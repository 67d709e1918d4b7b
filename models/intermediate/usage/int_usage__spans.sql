{# A day of use is seen by the windows that end on it or up to their length later. Those of one
   subject overlap into spans: whoever has a span around a day was active in the window that ends with
   it, once, however often. So distinct users of any day are a plain count, no day is expanded. #}
{% set days_before = dbt.datediff('neighbours.last_date', 'neighbours.activity_date', 'day') %}
{% set days_after = dbt.datediff('neighbours.activity_date', 'neighbours.next_date', 'day') %}
with

sizes as (

    select distinct
        case dimension
            when 'breadth' then 'feature'
            when 'depth' then 'tier_feature_user'
            when 'integrations' then 'integration'
            else 'active_user'
        end as use_kind,
        window_days

    from {{ ref('int_health__windows') }}

    where
        dimension in (
            'seat_utilisation', 'user_engagement', 'engagement_rhythm',
            'breadth', 'depth', 'integrations'
        )

    union

    -- Depth has the active users of its own window below it.
    select distinct
        'active_user' as use_kind,
        window_days

    from {{ ref('int_health__windows') }}

    where dimension = 'depth'

    union

    select
        'active_user' as use_kind,
        7 as window_days

),

-- What lies between two uses is the same for windows of any length: sorted once.
neighbours as (

    select
        *,
        lag(activity_date) over by_subject as last_date,
        lead(activity_date) over by_subject as next_date

    from {{ ref('int_usage__uses') }}

    window
        by_subject as (
            partition by account_id, use_kind, subject, feature order by activity_date
        )

),

sized as (

    select
        neighbours.account_id,
        neighbours.use_kind,
        neighbours.subject,
        neighbours.feature,
        neighbours.activity_date,
        sizes.window_days,
        coalesce({{ days_before }}, 100000) > sizes.window_days as is_start,
        coalesce({{ days_after }}, 100000) > sizes.window_days as is_end

    from neighbours

    inner join sizes on neighbours.use_kind = sizes.use_kind

),

-- Of a span its first and its last use are left, which may be one.
bounds as (

    select
        *,
        lead(activity_date) over (
            partition by account_id, use_kind, subject, feature, window_days
            order by activity_date
        ) as next_bound

    from sized

    where is_start or is_end

)

select
    account_id,
    use_kind,
    subject,
    feature,
    cast(window_days as integer) as window_days,
    activity_date as seen_from,
    cast({{ dbt.dateadd(
        'day', 'window_days', 'case when is_end then activity_date else next_bound end'
    ) }} as date) as seen_until

from bounds

where is_start
