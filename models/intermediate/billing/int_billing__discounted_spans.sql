with

spans as (

    select * from {{ ref('int_billing__item_spans') }}

),

discounts as (

    select * from {{ ref('int_billing__discounts') }}
    where is_once or to_date is null or to_date > from_date

),

-- A discount acts on the spans of its own subscription, or of any subscription of its customer.
paired as (

    select
        spans.*,
        discounts.discount_id,
        discounts.subscription_id is not null as is_on_subscription,
        discounts.from_date as discount_from_date,
        discounts.to_date as discount_to_date,
        coalesce(discounts.is_once, false) as is_once

    from spans

    inner join discounts on spans.subscription_id = discounts.subscription_id

    union all

    select
        spans.*,
        discounts.discount_id,
        false as is_on_subscription,
        discounts.from_date as discount_from_date,
        discounts.to_date as discount_to_date,
        coalesce(discounts.is_once, false) as is_once

    from spans

    inner join discounts on spans.billing_customer_id = discounts.billing_customer_id

),

-- A `once` coupon is for one invoice: one billing interval of the item.
bounded as (

    select
        subscription_id,
        subscription_item_id,
        from_date as span_from_date,
        to_date as span_to_date,
        discount_id,
        is_on_subscription,
        discount_from_date as from_date,
        case
            when is_once
                then {{ period_after('discount_from_date', 'billing_interval', 'interval_count') }}
            else discount_to_date
        end as to_date

    from paired

)

select * from bounded

where
    (to_date is null or span_from_date < to_date)
    and (span_to_date is null or from_date < span_to_date)
