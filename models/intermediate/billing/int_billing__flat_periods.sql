with

flat_periods as (

    select
        *,
        lead(start_date) over (partition by subscription_id order by start_date) as next_start_date

    from {{ ref('stg_billing__subscription_periods') }}

    where is_current and not is_deleted

),

flat as (

    select
        subscription_id as subscription_item_id,
        subscription_id,
        billing_customer_id,
        product_id,
        cast(null as varchar) as price_id,
        billing_interval,
        interval_count,
        currency,
        start_date as valid_from,
        {{ earliest(['end_date', 'next_start_date']) }} as valid_to,
        end_date as service_end_date,
        quantity,
        cast(amount as double) * {{ per_month('billing_interval', 'interval_count') }} as gross_mrr,
        cast(1 as double) as percent_factor,
        cast(0 as double) as amount_off,
        'period_row' as evidence

    from flat_periods

)

select * from flat
where valid_to is null or valid_to > valid_from
