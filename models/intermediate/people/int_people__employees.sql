with recursive

employees as (

    select * from {{ ref('stg_people__employees') }}

    where is_current and not is_deleted

),

-- Everybody above an employee, step by step, up to where the chain ends or comes back.
steps as (

    select
        employee_id,
        manager_id as reached_id,
        1 as step

    from employees

    where manager_id is not null

    union all

    select
        steps.employee_id,
        employees.manager_id as reached_id,
        steps.step + 1 as step

    from steps

    inner join employees on steps.reached_id = employees.employee_id

    where
        employees.manager_id is not null
        and steps.reached_id <> steps.employee_id
        and steps.step < {{ var('merge_chain_limit') }}

),

in_loops as (

    select distinct employee_id

    from steps

    where reached_id = employee_id

)

select
    employees.employee_id,
    employees.crm_user_id,
    {% if var('show_csm_names') %}employees.display_name{% else %}cast(null as varchar){% endif %}
        as employee_name,
    employees.role,
    -- Whoever manages their own manager has none: nothing can be summed up along a loop.
    case when in_loops.employee_id is null then employees.manager_id end as manager_id,
    employees.region,
    employees.capacity_points,
    in_loops.employee_id is not null as is_in_manager_loop,
    employees.hired_on,
    employees.left_on

from employees

left join in_loops on employees.employee_id = in_loops.employee_id
