with

item_changes as (

    select
        *,
        case
            when change_cause = 'transfer' and mrr_change > 0 then 'transfer_in'
            when change_cause = 'transfer' then 'transfer_out'
            when change_cause = 'fx' then 'fx'
            else 'rest'
        end as change_part

    from {{ ref('int_revenue__item_changes') }}

),

subscription_stops as (

    select * from {{ ref('int_revenue__subscription_stops') }}

),

parts as (

    select
        item_changes.account_id,
        item_changes.change_date as movement_date,
        {%- for part in ['transfer_in', 'transfer_out', 'fx', 'rest'] %}
        sum(case item_changes.change_part when '{{ part }}' then item_changes.mrr_change else 0 end)
            as {{ part }},
        {%- endfor %}
        max(case when subscription_stops.is_involuntary then 1 else 0 end) = 1
            as has_involuntary_stop

    from item_changes

    left join subscription_stops
        on
            -- A condition of its own would make DuckDB compare every pair of rows.
            case item_changes.change_cause when 'removed_item' then item_changes.subscription_id end
            = subscription_stops.subscription_id
            and item_changes.change_date = subscription_stops.stop_date

    group by item_changes.account_id, item_changes.change_date

),

-- Days with a balance above zero behind them, and how long the account has been at zero.
account_history as (

    select
        account_id,
        change_date,
        opening_mrr,
        closing_mrr,
        coalesce(max(case when closing_mrr > 0 then 1 else 0 end) over earlier_days, 0)
        = 1 as was_above_zero,
        max(case when closing_mrr = 0 and opening_mrr > 0 then change_date end)
            over earlier_days
            as last_zero_date

    from {{ ref('int_revenue__account_days') }}

    window earlier_days as (
        partition by account_id
        order by change_date rows between unbounded preceding and 1 preceding
    )

),

balanced as (

    select
        parts.*,
        account_history.opening_mrr,
        account_history.closing_mrr,
        account_history.opening_mrr + parts.transfer_in + parts.transfer_out + parts.fx as balance,
        account_history.was_above_zero
        {%- if var('mrr_reactivation_max_gap_days') is not none %}
        and {{ dbt.datediff('coalesce(account_history.last_zero_date, parts.movement_date)', 'parts.movement_date', 'day') }} <= {{ var('mrr_reactivation_max_gap_days') }}
        {%- endif %} as is_return

    from parts

    inner join account_history
        on
            parts.account_id = account_history.account_id
            and parts.movement_date = account_history.change_date

),

movements as (

    select
        *,
        'transfer_in' as movement_type,
        transfer_in as mrr_change
    from balanced

    union all

    select
        *,
        'transfer_out' as movement_type,
        transfer_out as mrr_change
    from balanced

    union all

    select
        *,
        'fx' as movement_type,
        fx as mrr_change
    from balanced

    union all

    select
        *,
        case
            when balance = 0 and is_return then 'reactivation'
            when balance = 0 then 'new'
            when closing_mrr = 0 then 'churn'
            when rest > 0 then 'expansion'
            else 'contraction'
        end as movement_type,
        rest as mrr_change

    from balanced

)

select
    account_id,
    movement_date,
    movement_type,
    cast(mrr_change as decimal(18, 2)) as mrr_change,
    opening_mrr,
    closing_mrr,
    case
        when
            movement_type = 'churn'
            then case when has_involuntary_stop then 'involuntary' else 'voluntary' end
    end as churn_reason

from movements

where mrr_change <> 0
