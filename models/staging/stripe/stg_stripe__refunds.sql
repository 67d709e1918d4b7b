with

checked as (

    select * from {{ ref('base_stripe__refunds') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as refund_id,
        charge_id,
        lower(status) as status,
        lower(currency) as currency,
        amount as amount_minor,
        created as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
