{# Whom an account is held by, as persons, whether or not they are employed: that is asked on
   the day that a method looks at. #}
{% set without_limit = "cast('1900-01-01' as date)" %}
with

employees as (

    select
        employee_id,
        crm_user_id,
        coalesce(hired_on, {{ without_limit }}) as hired_date,
        coalesce(left_on, {{ far_date() }}) as left_date

    from {{ ref('int_people__employees') }}

),

roster as (

    select count(*) > 0 as has_roster from {{ ref('stg_people__employees') }}

),

-- A CRM user that was passed on stands for whoever was hired last.
persons as (

    select
        crm_user_id,
        employee_id,
        hired_date,
        left_date,
        case
            when lag(employee_id) over by_hiring is null then {{ without_limit }} else hired_date
        end as from_date,
        lead(hired_date, 1, {{ far_date() }}) over by_hiring as until_date

    from employees

    where crm_user_id is not null

    window by_hiring as (partition by crm_user_id order by hired_date, employee_id)

),

named as (

    select
        held.account_id,
        held.ownership_kind as holder_kind,
        held.share_issue,
        cast(held.share as decimal(18, 8)) as split_weight,
        case when roster.has_roster then persons.employee_id else held.crm_user_id end as csm_id,
        coalesce(persons.hired_date, {{ without_limit }}) as hired_date,
        coalesce(persons.left_date, {{ far_date() }}) as left_date,
        greatest(held.from_date, coalesce(persons.from_date, held.from_date)) as from_date,
        least(held.until_date, coalesce(persons.until_date, held.until_date)) as until_date

    from {{ ref('int_crm__shares') }} as held

    cross join roster

    left join persons
        on
            held.crm_user_id = persons.crm_user_id
            and held.from_date < persons.until_date
            and persons.from_date < held.until_date

),

shared as (

    select
        coalesce(crm_accounts.account_id, shared_ownerships.crm_account_id) as account_id,
        'shared' as holder_kind,
        cast(null as varchar) as share_issue,
        shared_ownerships.split_weight,
        case
            when roster.has_roster then employees.employee_id else shared_ownerships.employee_id
        end as csm_id,
        coalesce(employees.hired_date, {{ without_limit }}) as hired_date,
        coalesce(employees.left_date, {{ far_date() }}) as left_date,
        shared_ownerships.valid_from as from_date,
        coalesce(shared_ownerships.valid_to, {{ far_date() }}) as until_date

    from {{ ref('stg_comp__shared_ownerships') }} as shared_ownerships

    cross join roster

    left join {{ ref('int_accounts__crm_accounts') }} as crm_accounts
        on shared_ownerships.crm_account_id = crm_accounts.crm_account_id

    left join employees on shared_ownerships.employee_id = employees.employee_id

    where shared_ownerships.is_current and not shared_ownerships.is_deleted

)

select * from named

where from_date < until_date

union all

select * from shared

where from_date < until_date
