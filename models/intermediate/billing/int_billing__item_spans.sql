with

item_states as (

    select * from {{ ref('int_billing__item_states') }}
    where not is_gone

),

subscription_states as (

    select * from {{ ref('int_billing__subscription_states') }}
    where is_counted

),

prices as (

    select * from {{ ref('int_billing__prices') }}

),

spans as (

    select
        item_states.subscription_item_id,
        item_states.subscription_id,
        subscription_states.billing_customer_id,
        item_states.price_id,
        prices.product_id,
        prices.currency,
        prices.billing_interval,
        prices.interval_count,
        prices.per_month,
        greatest(item_states.from_date, subscription_states.from_date) as from_date,
        {{ earliest(['item_states.to_date', 'subscription_states.to_date']) }} as to_date,
        {{ earliest(['item_states.gone_date', 'subscription_states.announced_end_date']) }}
            as service_end_date,
        coalesce(item_states.quantity, 0) as quantity,
        case
            when prices.is_metered and not {{ var('mrr_include_metered') }} then 0
            when prices.is_tiered or prices.is_metered then coalesce(item_states.invoiced_amount, 0)
            else prices.unit_amount * coalesce(item_states.quantity, 0)
        end * prices.per_month as gross_mrr,
        item_states.evidence

    from item_states

    inner join subscription_states
        on
            item_states.subscription_id = subscription_states.subscription_id
            and (
                subscription_states.to_date is null
                or item_states.from_date < subscription_states.to_date
            )
            and (item_states.to_date is null or subscription_states.from_date < item_states.to_date)

    inner join prices on item_states.price_id = prices.price_id

)

select * from spans
