with

checked as (

    select * from {{ ref('base_salesforce__users') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as crm_user_id,
        name as user_name,
        email,
        coalesce(is_active, true) as is_active,
        coalesce(_fivetran_deleted, false) as is_deleted,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
