with

checked as (

    select * from {{ ref('base_people__employees') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        employee_id,
        crm_user_id,
        display_name,
        role,
        manager_id,
        region,
        capacity_points,
        coalesce(_fivetran_deleted, false) as is_deleted,
        hired_on,
        left_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
