with

checked as (

    select * from {{ ref('base_stripe__prices') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as price_id,
        product_id,
        lower(currency) as currency,
        lower(billing_scheme) as billing_scheme,
        lower(recurring_interval) as billing_interval,
        lower(recurring_usage_type) as usage_type,
        coalesce(recurring_interval_count, 1) as interval_count,
        coalesce(unit_amount_decimal, unit_amount) as unit_amount_minor,
        created as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
