with

checked as (

    select * from {{ ref('base_salesforce__contacts') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as contact_id,
        account_id as crm_account_id,
        {{ hashed_email('email') }} as email_hash,
        lower(cs_role_c) as cs_role,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        left_company_on_c as left_company_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
