with

checked as (

    select * from {{ ref('base_salesforce__account_field_changes') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as field_change_id,
        account_id as crm_account_id,
        field,
        old_value,
        new_value,
        coalesce(_fivetran_deleted, false) as is_deleted,
        created_date as created_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
