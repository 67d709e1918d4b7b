with

checked as (

    select * from {{ ref('base_stripe__credit_notes') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as credit_note_id,
        invoice_id,
        refund_id,
        lower(status) as status,
        lower("type") as credit_note_type,
        lower(currency) as currency,
        amount as amount_minor,
        created as created_at,
        voided_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
