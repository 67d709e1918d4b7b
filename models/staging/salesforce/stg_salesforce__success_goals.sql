with

checked as (

    select * from {{ ref('base_salesforce__success_goals') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as success_goal_id,
        account_id_c as crm_account_id,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        due_on_c as due_on,
        met_on_c as met_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
