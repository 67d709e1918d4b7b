with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

deltas as (

    select
        subscription_id,
        account_id,
        valid_from as change_date,
        mrr as mrr_change
    from item_periods

    where mrr > 0

    union all

    select
        subscription_id,
        account_id,
        valid_to as change_date,
        -mrr as mrr_change
    from item_periods

    where mrr > 0 and valid_to is not null

),

change_days as (

    select
        subscription_id,
        account_id,
        change_date,
        sum(mrr_change) as mrr_change

    from deltas

    group by subscription_id, account_id, change_date

),

balances as (

    select
        subscription_id,
        account_id,
        change_date as valid_from,
        lead(change_date) over by_subscription as valid_to,
        sum(mrr_change) over by_subscription as mrr

    from change_days

    where mrr_change <> 0

    window by_subscription as (partition by subscription_id, account_id order by change_date)

)

select
    subscription_id,
    account_id,
    valid_from,
    valid_to,
    cast(mrr as decimal(18, 2)) as mrr

from balances

where mrr > 0
