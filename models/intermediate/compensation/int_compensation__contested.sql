{# Who claims a part of an account whose owners or shares cannot be told: it had two owners on one
   day, or shares that make no sense. #}
with

quarters as (

    select * from {{ ref('int_compensation__bases') }}

    where is_paid_by

),

holders as (

    select * from {{ ref('int_compensation__holders') }}

),

entries as (

    select distinct
        quarter,
        csm_id,
        account_id

    from {{ ref('int_compensation__entries') }}

),

troubled_days as (

    select * from {{ ref('int_compensation__troubled_days') }}

),

-- The grace looks back before the quarter. Accounts that nothing was credited of concern nobody.
troubled_accounts as (

    select distinct
        quarters.quarter,
        troubled_days.account_id,
        troubled_days.crm_user_id,
        troubled_days.trouble,
        troubled_days.from_date,
        troubled_days.until_date

    from troubled_days

    inner join quarters
        on
            troubled_days.from_date <= quarters.last_date
            and {{ dbt.dateadd('day', '-quarters.grace_days', 'quarters.quarter_start_date') }}
            < troubled_days.until_date

    inner join entries
        on
            quarters.quarter = entries.quarter and troubled_days.account_id = entries.account_id

),

claims as (

    select
        troubled_accounts.*,
        entries.csm_id
    from troubled_accounts
    inner join entries
        on
            troubled_accounts.quarter = entries.quarter
            and troubled_accounts.account_id = entries.account_id

    union all

    select
        troubled_accounts.*,
        holders.csm_id
    from troubled_accounts
    inner join holders
        on
            troubled_accounts.account_id = holders.account_id
            and holders.from_date < troubled_accounts.until_date
            and troubled_accounts.from_date < holders.until_date

    union all

    -- Whom the version names that did not win.
    select
        troubled_accounts.*,
        employees.employee_id as csm_id
    from troubled_accounts
    inner join {{ ref('int_people__employees') }} as employees
        on troubled_accounts.crm_user_id = employees.crm_user_id
)

select distinct
    quarter,
    csm_id,
    account_id,
    trouble

from claims

where csm_id is not null
