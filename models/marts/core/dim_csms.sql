with

employees as (

    select * from {{ ref('int_people__employees') }}

),

-- An account that nobody holds any more keeps its row for whoever held it once.
ownerships as (

    select
        csm_id,
        share,
        case when valid_to is null then account_id end as held_account_id

    from {{ ref('int_crm__ownerships') }}

    where csm_id is not null

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

holders as (

    select
        ownerships.csm_id,
        count(distinct accounts.account_id) as owned_accounts,
        count(distinct case when accounts.mrr > 0 then accounts.account_id end) as paying_accounts,
        sum(ownerships.share * cast(accounts.mrr as double)) as owned_mrr

    from ownerships

    left join accounts on ownerships.held_account_id = accounts.account_id

    group by ownerships.csm_id

)

select
    coalesce(employees.employee_id, holders.csm_id) as csm_id,
    employees.employee_name as csm_name,
    employees.role,
    employees.region,
    employees.manager_id,
    cast(coalesce(holders.owned_accounts, 0) as bigint) as owned_accounts,
    cast(coalesce(holders.paying_accounts, 0) as bigint) as paying_accounts,
    cast(coalesce(holders.owned_mrr, 0) as double) as owned_mrr,
    cast(employees.capacity_points as decimal(18, 2)) as capacity_points,
    coalesce(employees.hired_on <= {{ as_of_date() }}, true)
    and coalesce(employees.left_on > {{ as_of_date() }}, true) as is_active,
    employees.hired_on,
    employees.left_on

from employees

full join holders on employees.employee_id = holders.csm_id

where employees.role in ('csm', 'lead', 'manager') or holders.csm_id is not null
