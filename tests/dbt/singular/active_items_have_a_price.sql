-- An active subscription at a price of nothing is a free plan or a forgotten price: it pays nothing
-- and nobody would miss it. Tiered and metered prices have no unit amount by nature, and a coupon
-- of 100% is a decision somebody made.
{{ config(severity='warn') }}
with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

prices as (

    select * from {{ ref('int_billing__prices') }}

)

select
    item_periods.account_id,
    item_periods.subscription_item_id,
    item_periods.price_id,
    item_periods.valid_from

from item_periods

left join prices on item_periods.price_id = prices.price_id

where
    item_periods.valid_to is null
    and item_periods.gross_mrr = 0
    and item_periods.quantity > 0
    and not coalesce(prices.is_tiered or prices.is_metered, false)
