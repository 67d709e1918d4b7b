with

checked as (

    select * from {{ ref('base_comp__exclusions') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as exclusion_id,
        account_id as crm_account_id,
        quarter,
        kind as exclusion_kind,
        approved_by,
        evidence,
        coalesce(_fivetran_deleted, false) as is_deleted,
        approved_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
