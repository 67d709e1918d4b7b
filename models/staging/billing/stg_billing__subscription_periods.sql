with

checked as (

    select * from {{ ref('base_billing__subscription_periods') }}

    where row_outcome = 'accepted' or row_rule in ('superseded', 'overlapping_versions')

),

renamed as (

    select
        subscription_id,
        customer_id as billing_customer_id,
        product as product_id,
        lower(currency) as currency,
        lower("interval") as billing_interval,
        coalesce(interval_count, 1) as interval_count,
        coalesce(quantity, 1) as quantity,
        amount,
        coalesce(_fivetran_deleted, false) as is_deleted,
        start_date,
        end_date,
        row_key,
        coalesce(row_rule, '') <> 'superseded' as is_current,
        synced_at

    from checked

)

select * from renamed
