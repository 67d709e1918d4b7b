{# What every closed month ended with, as far as is known today. Money as exact decimals: a sum must
   not depend on the order of its rows, or history would see changes that are none. #}
with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

    where mrr > 0

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

    where period_kind = 'month' and is_complete

)

select
    item_periods.billing_customer_id,
    item_periods.account_id,
    windows.period_start as month,
    sum(item_periods.mrr) as mrr,
    count(*) as items,
    cast(sum(item_periods.quantity) as decimal(28, 0)) as quantity,
    sum(cast(item_periods.gross_mrr as decimal(28, 6))) as gross_mrr,
    sum(cast(item_periods.net_mrr as decimal(28, 6))) as net_mrr

from item_periods

inner join windows
    on
        item_periods.valid_from < windows.period_end
        and (item_periods.valid_to is null or item_periods.valid_to >= windows.period_end)

group by item_periods.billing_customer_id, item_periods.account_id, windows.period_start
