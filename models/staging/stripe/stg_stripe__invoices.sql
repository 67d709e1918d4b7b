with

checked as (

    select * from {{ ref('base_stripe__invoices') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as invoice_id,
        customer_id as billing_customer_id,
        subscription_id,
        lower(status) as status,
        lower(currency) as currency,
        total as total_minor,
        coalesce(paid, lower(status) = 'paid') as is_paid,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        coalesce(created, date) as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
