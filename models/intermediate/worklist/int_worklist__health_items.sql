with

health_losses as (

    select * from {{ ref('int_worklist__health_losses') }}

),

drivers as (

    select * from {{ ref('int_health__drivers') }}

    where score_date = {{ as_of_date() }} and dimension = 'usage_trend'

),

scores as (

    select * from {{ ref('int_health__scores') }}

    where reading_number = 1 and score_date = {{ as_of_date() }}

),

rules as (

    select * from {{ ref('int_worklist__rules') }}

),

worded as (

    select
        account_id,
        days_looked_back,
        cast(cast(health_score as decimal(12, 1)) as varchar)
        || ' (' || health_band || ')' as standing,
        cast(cast(-score_change as decimal(12, 1)) as varchar) as points_lost,
        top_losses,
        mrr,
        due_days

    from health_losses

),

lines as (

    select
        account_id,
        'falling_health' as item_kind,
        'Health fell ' || points_lost || ' points in ' || cast(days_looked_back as varchar)
        || ' days to ' || standing || coalesce(', most of it: ' || top_losses, '') as reason,
        mrr as mrr_at_risk,
        due_days
    from worded
    where days_looked_back > 0

    union all

    select
        account_id,
        'red_health' as item_kind,
        'Health is at ' || standing || coalesce(', short of: ' || top_losses, '') as reason,
        mrr as mrr_at_risk,
        due_days
    from worded
    where days_looked_back = 0

    union all

    select
        scores.account_id,
        'usage_decline' as item_kind,
        'Usage of the last 14 days is '
        || cast(cast(-100 * drivers.raw_value as decimal(12, 0)) as varchar)
        || '% below that of the 14 before' as reason,
        scores.mrr as mrr_at_risk,
        rules.usage_drop_due_days as due_days

    from scores

    inner join drivers on scores.account_id = drivers.account_id

    -- One row.
    cross join rules

    where drivers.raw_value <= -rules.usage_drop_threshold
)

select
    account_id,
    item_kind,
    reason,
    mrr_at_risk,
    cast({{ dbt.dateadd('day', 'coalesce(due_days, 0)', as_of_date()) }} as date) as due_date

from lines
