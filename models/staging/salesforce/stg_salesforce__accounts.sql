with

checked as (

    select * from {{ ref('base_salesforce__accounts') }}

    where row_outcome = 'accepted' or row_rule in ('superseded', 'overlapping_versions')

),

renamed as (

    select
        id as crm_account_id,
        name as account_name,
        parent_id as parent_crm_account_id,
        master_record_id as master_crm_account_id,
        owner_id,
        csm_id_c as csm_id,
        co_csm_id_c as co_csm_id,
        carried_value as billing_customer_id,
        co_csm_split_c as co_csm_split,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        created_date as created_at,
        _fivetran_start as version_starts_at,
        _fivetran_end as version_ends_at,
        row_key,
        coalesce(row_rule, '') <> 'superseded' as is_current,
        synced_at

    from checked

)

select * from renamed
