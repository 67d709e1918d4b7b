-- Two plans on one day cannot both be paid by, and a day without one is a day nobody agreed on: an
-- employee has one assignment on every day from the first one to leaving.
{{ config(severity='error', tags=['comp_refusal']) }}
with

assignments as (

    select
        employee_id,
        plan_version,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as until_date,
        lead(valid_from) over (partition by employee_id order by valid_from) as next_date

    from {{ ref('stg_comp__plan_assignments') }}

    where is_current and not is_deleted and valid_from < coalesce(valid_to, {{ far_date() }})

),

employees as (

    select * from {{ ref('int_people__employees') }}

),

followed as (

    select
        assignments.*,
        -- After the last one nothing is missing from the day of leaving on.
        coalesce(
            assignments.next_date,
            least(
                coalesce(employees.left_on, {{ far_date() }}),
                cast({{ dbt.dateadd('day', 1, as_of_date()) }} as date)
            )
        ) as needed_until_date

    from assignments

    left join employees on assignments.employee_id = employees.employee_id

)

select
    employee_id,
    plan_version,
    valid_from,
    case
        when next_date < until_date then 'two assignments on a day'
        else 'days without an assignment'
    end as issue

from followed

where next_date < until_date or until_date < needed_until_date
