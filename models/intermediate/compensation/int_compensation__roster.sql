{# Who reported to whom in a quarter, as the roster knew it on the quarter's last day. #}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

-- What the roster said last by then; what it said first reaches back.
roster as (

    select
        quarters.quarter,
        employees.employee_id,
        employees.role,
        case when not employees.is_deleted then employees.manager_id end as manager_id,
        row_number() over (
            partition by quarters.quarter, employees.employee_id
            order by
                case
                    when {{ reporting_day('employees.synced_at') }} <= quarters.last_date
                        then 0
                    else 1
                end asc,
                case
                    when {{ reporting_day('employees.synced_at') }} <= quarters.last_date
                        then employees.synced_at
                end desc,
                employees.synced_at asc
        ) as row_choice

    from quarters

    cross join {{ ref('mem_people__employees') }} as employees

)

select
    quarter,
    employee_id,
    role,
    manager_id

from roster

where row_choice = 1
