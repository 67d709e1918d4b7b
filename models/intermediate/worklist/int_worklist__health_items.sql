with

health_losses as (

    select * from {{ ref('int_worklist__health_losses') }}

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

)

select
    account_id,
    item_kind,
    account_id as item_key,
    cast(null as varchar) as rule,
    reason,
    cast(null as varchar) as change_since_yesterday,
    mrr_at_risk,
    cast(null as date) as opened_date,
    cast({{ dbt.dateadd('day', 'coalesce(due_days, 0)', as_of_date()) }} as date) as due_date

from lines
