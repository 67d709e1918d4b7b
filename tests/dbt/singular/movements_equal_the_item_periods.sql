-- Movements and item periods are two views of one thing, computed on different ways (causes and
-- balances against plain intervals). An analyst who sums the one must get the other, on every day.
with

deltas as (

    select
        account_id,
        valid_from as change_date,
        mrr as mrr_change

    from {{ ref('fct_subscription_item_periods') }}

    union all

    select
        account_id,
        valid_to as change_date,
        -mrr as mrr_change

    from {{ ref('fct_subscription_item_periods') }}

    where valid_to is not null

    union all

    select
        account_id,
        movement_date as change_date,
        -mrr_change as mrr_change

    from {{ ref('fct_mrr_movements') }}

)

select
    account_id,
    change_date,
    sum(mrr_change) as items_less_movements

from deltas

group by account_id, change_date

having sum(mrr_change) <> 0
