with

checked as (

    select * from {{ ref('base_comp__shared_ownerships') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        account_id as crm_account_id,
        employee_id,
        split_weight,
        coalesce(_fivetran_deleted, false) as is_deleted,
        valid_from,
        valid_to,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
