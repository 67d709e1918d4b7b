with

spans as (

    select * from {{ ref('int_billing__item_spans') }}

),

discounts as (

    select * from {{ ref('int_billing__discounts') }}
    where to_date is null or to_date > from_date

),

-- A discount acts on the spans of its own subscription, or of any subscription of its customer.
applicable as (

    select
        spans.subscription_id,
        spans.subscription_item_id,
        spans.from_date as span_from_date,
        spans.to_date as span_to_date,
        discounts.discount_id,
        discounts.subscription_id is not null as is_on_subscription,
        discounts.from_date,
        discounts.to_date

    from spans

    inner join discounts on spans.subscription_id = discounts.subscription_id

    where
        (discounts.to_date is null or spans.from_date < discounts.to_date)
        and (spans.to_date is null or discounts.from_date < spans.to_date)

    union all

    select
        spans.subscription_id,
        spans.subscription_item_id,
        spans.from_date as span_from_date,
        spans.to_date as span_to_date,
        discounts.discount_id,
        false as is_on_subscription,
        discounts.from_date,
        discounts.to_date

    from spans

    inner join discounts on spans.billing_customer_id = discounts.billing_customer_id

    where
        (discounts.to_date is null or spans.from_date < discounts.to_date)
        and (spans.to_date is null or discounts.from_date < spans.to_date)

)

select * from applicable
