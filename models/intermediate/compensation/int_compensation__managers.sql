{# Who stands under whom in a quarter: a manager's measure takes in everybody below, at any
   depth. #}
with recursive

links as (

    select * from {{ ref('int_compensation__roster') }}

),

steps as (

    select
        quarter,
        employee_id,
        manager_id as reached_id,
        1 as step

    from links

    where manager_id is not null

    union all

    select
        steps.quarter,
        steps.employee_id,
        links.manager_id as reached_id,
        steps.step + 1 as step

    from steps

    inner join links on steps.quarter = links.quarter and steps.reached_id = links.employee_id

    where
        links.manager_id is not null
        and steps.reached_id <> steps.employee_id
        and steps.step < {{ var('merge_chain_limit') }}

),

-- Whoever manages their own manager has none, and nobody is above them.
loops as (

    select distinct
        quarter,
        employee_id

    from steps

    where reached_id = employee_id

),

clean_links as (

    select
        links.quarter,
        links.employee_id,
        links.role,
        case when loops.employee_id is null then links.manager_id end as manager_id

    from links

    left join loops
        on links.quarter = loops.quarter and links.employee_id = loops.employee_id

),

above as (

    select
        quarter,
        employee_id,
        manager_id,
        1 as step

    from clean_links

    where manager_id is not null

    union all

    select
        above.quarter,
        above.employee_id,
        clean_links.manager_id,
        above.step + 1 as step

    from above

    inner join clean_links
        on above.quarter = clean_links.quarter and above.manager_id = clean_links.employee_id

    where clean_links.manager_id is not null and above.step < {{ var('merge_chain_limit') }}

),

managed as (

    select
        above.quarter,
        above.manager_id,
        above.employee_id,
        above.step

    from above

    inner join clean_links
        on above.quarter = clean_links.quarter and above.manager_id = clean_links.employee_id

    where clean_links.role = 'manager'

)

select
    quarter,
    manager_id,
    employee_id,
    row_number() over (partition by quarter, employee_id order by step, manager_id) = 1
        as is_nearest

from managed

union all

-- Themselves, as the measure of a manager includes what they hold.
select
    quarter,
    employee_id as manager_id,
    employee_id,
    false as is_nearest

from links

where role = 'manager'
