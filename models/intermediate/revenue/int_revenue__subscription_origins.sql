with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

    where mrr > 0

),

account_origins as (

    select * from {{ ref('int_revenue__account_origins') }}

),

numbered as (

    select
        subscription_id,
        account_id,
        row_number() over (
            partition by subscription_id order by valid_from, subscription_item_id
        ) as period_number

    from item_periods

)

select
    numbered.subscription_id,
    account_origins.origin_account_id

from numbered

inner join account_origins on numbered.account_id = account_origins.account_id

where numbered.period_number = 1
