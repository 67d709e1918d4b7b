{# What each employee is paid by in a quarter. A closed quarter keeps what it was closed with. #}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

employees as (

    select * from {{ ref('int_people__employees') }}

),

managers as (

    select * from {{ ref('int_compensation__managers') }}

    where manager_id = employee_id

),

pieces as (

    select
        *,
        {{ dbt.datediff('from_date', 'until_date', 'day') }}
            as piece_days,
        row_number() over (partition by quarter, csm_id order by from_date desc) as last_number,
        row_number() over (
            partition by quarter, csm_id, is_ramping order by from_date desc
        ) as last_ramp_number

    from {{ ref('int_compensation__plan_pieces') }}

),

todays as (

    select
        quarter,
        csm_id,
        max(case when last_number = 1 then plan_version end) as plan_version,
        max(case when last_number = 1 then currency end) as currency,
        -- The mean over the days with an assignment.
        cast(sum(target_bonus_quarter * piece_days) as double) / sum(piece_days) as target_bonus,
        max(case when is_ramping and last_ramp_number = 1 then guarantee_amount end)
            as guarantee_amount,
        max(case when is_ramping then 1 else 0 end) = 1 as is_ramping

    from pieces

    group by quarter, csm_id

),

locked as (

    select * from {{ ref('int_compensation__locked_statements') }}

),

plans as (

    select
        coalesce(locked.quarter, todays.quarter) as quarter,
        coalesce(locked.csm_id, todays.csm_id) as csm_id,
        coalesce(locked.plan_version, todays.plan_version) as plan_version,
        coalesce(locked.currency, todays.currency) as currency,
        coalesce(locked.target_bonus, todays.target_bonus) as target_bonus,
        coalesce(locked.guarantee_amount, todays.guarantee_amount) as guarantee_amount,
        coalesce(locked.is_ramping, todays.is_ramping) as is_ramping

    from todays

    full join locked on todays.quarter = locked.quarter and todays.csm_id = locked.csm_id

),

employed as (

    select
        quarters.quarter,
        quarters.quarter_days,
        employees.employee_id,
        {{ dbt.datediff(
            'greatest(quarters.quarter_start_date, coalesce(employees.hired_on, quarters.quarter_start_date))',
            'least(quarters.next_quarter_date, coalesce(employees.left_on, quarters.next_quarter_date))',
            'day'
        ) }} as employed_days

    from quarters

    cross join employees

)

select
    plans.quarter,
    plans.csm_id,
    plans.plan_version,
    plans.currency,
    plans.target_bonus,
    cast(plans.guarantee_amount as decimal(18, 2)) as guarantee_amount,
    coalesce(
        cast(greatest(employed.employed_days, 0) as double) / employed.quarter_days, 1
    ) as proration,
    plans.is_ramping,
    managers.manager_id is not null as is_manager

from plans

left join employed
    on plans.quarter = employed.quarter and plans.csm_id = employed.employee_id

left join managers on plans.quarter = managers.quarter and plans.csm_id = managers.manager_id
