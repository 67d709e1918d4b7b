with

checked as (

    select * from {{ ref('base_stripe__subscription_discounts') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as discount_id,
        coupon_id,
        customer_id as billing_customer_id,
        invoice_id,
        subscription_id,
        coalesce(_fivetran_deleted, false) as is_deleted,
        "start" as starts_at,
        "end" as ends_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
