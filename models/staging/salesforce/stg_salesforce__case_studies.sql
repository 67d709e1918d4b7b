with

checked as (

    select * from {{ ref('base_salesforce__case_studies') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as case_study_id,
        account_id_c as crm_account_id,
        csm_id_c as crm_user_id,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        published_on_c as published_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
