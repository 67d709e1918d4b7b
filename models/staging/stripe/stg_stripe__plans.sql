with

checked as (

    select * from {{ ref('base_stripe__plans') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as price_id,
        product_id,
        lower(currency) as currency,
        lower(billing_scheme) as billing_scheme,
        lower("interval") as billing_interval,
        lower(usage_type) as usage_type,
        coalesce(interval_count, 1) as interval_count,
        coalesce(amount_decimal, amount) as unit_amount_minor,
        created as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
