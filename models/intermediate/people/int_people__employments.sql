{# Whom a CRM user stands for, on every day there is: without gaps, so that a join finds one row. #}
{% set without_limit = "cast('1900-01-01' as date)" %}
with

employees as (

    select
        employee_id,
        crm_user_id,
        coalesce(hired_on, {{ without_limit }}) as hired_date,
        coalesce(left_on, {{ far_date() }}) as left_date

    from {{ ref('int_people__employees') }}

    where crm_user_id is not null

),

-- A CRM user that was passed on stands for whoever was hired last.
ordered as (

    select
        crm_user_id,
        employee_id,
        hired_date as from_date,
        lag(left_date) over by_hiring as earlier_left_date,
        lead(hired_date, 1, {{ far_date() }}) over by_hiring as next_hired_date,
        least(left_date, lead(hired_date, 1, {{ far_date() }}) over by_hiring) as until_date

    from employees

    window by_hiring as (partition by crm_user_id order by hired_date, employee_id)

),

intervals as (

    select
        crm_user_id,
        employee_id,
        'held' as employment_state,
        from_date,
        until_date
    from ordered

    union all

    select
        crm_user_id,
        cast(null as varchar) as employee_id,
        'not_yet_hired' as employment_state,
        {{ without_limit }} as from_date,
        from_date as until_date
    from ordered
    where earlier_left_date is null

    union all

    select
        crm_user_id,
        cast(null as varchar) as employee_id,
        'left' as employment_state,
        until_date as from_date,
        next_hired_date as until_date
    from ordered

)

select * from intervals

where from_date < until_date
