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
        charge_id,
        lower(status) as status,
        lower(currency) as currency,
        subtotal as subtotal_minor,
        tax as tax_minor,
        total as total_minor,
        amount_paid as amount_paid_minor,
        amount_remaining as amount_remaining_minor,
        starting_balance as starting_balance_minor,
        ending_balance as ending_balance_minor,
        coalesce(paid, lower(status) = 'paid') as is_paid,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        coalesce(created, date) as created_at,
        due_date as due_at,
        status_transitions_paid_at as paid_at,
        status_transitions_voided_at as voided_at,
        status_transitions_marked_uncollectible_at as uncollectible_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
