with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

deltas as (

    select
        account_id,
        valid_from as change_date,
        mrr as mrr_change
    from item_periods

    union all

    select
        account_id,
        valid_to as change_date,
        -mrr as mrr_change
    from item_periods

    where valid_to is not null

),

account_days as (

    select
        account_id,
        change_date,
        sum(mrr_change) as mrr_change

    from deltas

    group by account_id, change_date

),

balances as (

    select
        account_id,
        change_date,
        sum(mrr_change) over (partition by account_id order by change_date) as closing_mrr,
        mrr_change

    from account_days

)

select
    account_id,
    change_date,
    cast(closing_mrr - mrr_change as decimal(18, 2)) as opening_mrr,
    cast(closing_mrr as decimal(18, 2)) as closing_mrr

from balances
