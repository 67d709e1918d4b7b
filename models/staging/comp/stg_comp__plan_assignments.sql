with

checked as (

    select * from {{ ref('base_comp__plan_assignments') }}

    where row_outcome = 'accepted' or row_rule = 'superseded'

),

renamed as (

    select
        employee_id,
        plan_version,
        lower(currency) as currency,
        target_bonus_quarter,
        guarantee_amount,
        coalesce(_fivetran_deleted, false) as is_deleted,
        valid_from,
        valid_to,
        ramp_started_on,
        row_key,
        row_outcome = 'accepted' as is_current,
        synced_at

    from checked

)

select * from renamed
