with

item_months as (

    select * from {{ ref('int_revenue__item_months') }}

    where edge = 'closing'

),

subscription_origins as (

    select * from {{ ref('int_revenue__subscription_origins') }}

)

select
    subscription_origins.origin_account_id as account_id,
    item_months.month,
    sum(item_months.mrr) as mrr

from item_months

inner join subscription_origins
    on item_months.subscription_id = subscription_origins.subscription_id

where item_months.mrr > 0

group by subscription_origins.origin_account_id, item_months.month
