with

checked as (

    select * from {{ ref('base_salesforce__tasks') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        id as task_id,
        account_id as crm_account_id,
        who_id as contact_id,
        owner_id,
        lower(touch_kind_c) as touch_kind,
        coalesce(is_two_way_c, false) as is_two_way,
        coalesce(is_closed, false) as is_closed,
        coalesce(is_deleted, false) or coalesce(_fivetran_deleted, false) as is_deleted,
        coalesce(completed_date_time, cast(activity_date as timestamp)) as completed_at,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
