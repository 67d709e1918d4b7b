with

checked as (

    select * from {{ ref('base_stripe__charges') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as charge_id,
        customer_id as billing_customer_id,
        invoice_id,
        lower(status) as status,
        lower(currency) as currency,
        amount as amount_minor,
        amount_refunded as amount_refunded_minor,
        coalesce(captured, true) as is_captured,
        created as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
