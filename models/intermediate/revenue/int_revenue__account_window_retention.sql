with

item_months as (

    select * from {{ ref('int_revenue__item_months') }}

    where not is_foreign and not is_handed_over

),

subscription_windows as (

    select * from {{ ref('int_revenue__subscription_windows') }}

),

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

),

-- A subscription counts for the whole window for who held it at the opening; one that starts later
-- for its first holder.
first_holders as (

    select
        windows.period_kind,
        windows.period_start,
        item_periods.subscription_id,
        item_periods.account_id,
        row_number() over (
            partition by
                windows.period_kind, windows.period_start, item_periods.subscription_id
            order by item_periods.valid_from, item_periods.subscription_item_id
        ) as holder_number

    from item_periods

    inner join windows
        on
            item_periods.valid_from >= windows.period_start
            and item_periods.valid_from < windows.period_end

    where item_periods.subscription_id in (select subscription_id from subscription_windows)

),

held as (

    select
        subscription_windows.*,
        coalesce(
            subscription_windows.opening_account_id,
            first_holders.account_id,
            subscription_windows.closing_account_id
        ) as account_id

    from subscription_windows

    left join first_holders
        on
            subscription_windows.period_kind = first_holders.period_kind
            and subscription_windows.period_start = first_holders.period_start
            and subscription_windows.subscription_id = first_holders.subscription_id
            and first_holders.holder_number = 1

),

account_edges as (

    select
        account_id,
        month,
        edge,
        sum(mrr) as mrr

    from item_months

    group by account_id, month, edge

),

by_account as (

    select
        period_kind,
        period_start,
        account_id,
        opening_mrr,
        closing_mrr
    from held

    union all

    select
        windows.period_kind,
        windows.period_start,
        account_edges.account_id,
        account_edges.mrr as opening_mrr,
        0 as closing_mrr

    from windows

    inner join account_edges
        on windows.period_start = account_edges.month and account_edges.edge = 'opening'

    union all

    select
        windows.period_kind,
        windows.period_start,
        account_edges.account_id,
        0 as opening_mrr,
        account_edges.mrr as closing_mrr

    from windows

    inner join account_edges
        on windows.last_month = account_edges.month and account_edges.edge = 'closing'

)

select
    period_kind,
    period_start,
    account_id,
    sum(opening_mrr) as base_opening_mrr,
    sum(closing_mrr) as base_closing_mrr

from by_account

group by period_kind, period_start, account_id

having sum(opening_mrr) > 0
