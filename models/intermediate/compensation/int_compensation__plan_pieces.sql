with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

-- Two assignments on a day are refused by a test; here the later one speaks.
assignments as (

    select
        employee_id as csm_id,
        plan_version,
        currency,
        target_bonus_quarter,
        guarantee_amount,
        valid_from,
        ramp_started_on,
        least(
            coalesce(valid_to, {{ far_date() }}),
            lead(valid_from, 1, {{ far_date() }}) over (
                partition by employee_id order by valid_from
            )
        ) as valid_to

    from {{ ref('stg_comp__plan_assignments') }}

    where is_current and not is_deleted

)

select
    quarters.quarter,
    assignments.csm_id,
    assignments.plan_version,
    assignments.currency,
    assignments.target_bonus_quarter,
    assignments.guarantee_amount,
    -- Days 1 to 90 of the ramp, should any of them be in the piece.
    coalesce(
        assignments.ramp_started_on < least(assignments.valid_to, quarters.next_quarter_date)
        and {{ dbt.dateadd('day', 90, 'assignments.ramp_started_on') }}
        > greatest(assignments.valid_from, quarters.quarter_start_date),
        false
    ) as is_ramping,
    assignments.ramp_started_on,
    greatest(assignments.valid_from, quarters.quarter_start_date) as from_date,
    least(assignments.valid_to, quarters.next_quarter_date) as until_date

from assignments

inner join quarters
    on
        assignments.valid_from <= quarters.last_date
        and quarters.quarter_start_date < assignments.valid_to

where assignments.valid_from < assignments.valid_to
