{# Every start and end of an item's amount per interval, with its sign. #}
with

item_periods as (

    select
        item_periods.*,
        item_periods.gross_mrr / prices.per_month as interval_amount

    from {{ ref('int_revenue__item_periods') }} as item_periods

    inner join {{ ref('int_billing__prices') }} as prices
        on item_periods.price_id = prices.price_id

    where not prices.is_metered and item_periods.gross_mrr <> 0

),

billing_periods as (

    select * from {{ ref('int_reconciliation__billing_periods') }}
    where is_billed

),

steps as (

    select
        subscription_item_id,
        subscription_id,
        currency,
        billing_interval,
        interval_count,
        valid_from as change_date,
        interval_amount as amount,
        true as is_start

    from item_periods

    union all

    select
        subscription_item_id,
        subscription_id,
        currency,
        billing_interval,
        interval_count,
        valid_to as change_date,
        -interval_amount as amount,
        false as is_start

    from item_periods

    where valid_to is not null

    union all

    -- A period that gives way to the next one before its end gives back the rest of what goes on.
    select
        item_periods.subscription_item_id,
        item_periods.subscription_id,
        item_periods.currency,
        item_periods.billing_interval,
        item_periods.interval_count,
        billing_periods.ends_date as change_date,
        -item_periods.interval_amount as amount,
        false as is_start

    from item_periods

    inner join billing_periods
        on
            item_periods.subscription_id = billing_periods.subscription_id
            and item_periods.billing_interval = billing_periods.billing_interval
            and item_periods.interval_count = billing_periods.interval_count
            and item_periods.valid_from < billing_periods.ends_date

    where
        billing_periods.ends_date < billing_periods.to_date
        and coalesce(item_periods.valid_to, {{ far_date() }}) > billing_periods.ends_date

)

select * from steps
