with

checked as (

    select * from {{ ref('base_people__absences') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        employee_id,
        kind,
        coalesce(_fivetran_deleted, false) as is_deleted,
        from_date,
        to_date,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
