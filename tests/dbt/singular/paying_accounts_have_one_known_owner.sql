-- MRR that nobody is answerable for, owners who left or are not in the roster, shares that make no
-- sense, and managers who report to themselves. Somebody has to mend them in the CRM or the roster;
-- until then such a share is unowned, and a manager in a loop has nobody above.
{{ config(severity='warn') }}
select
    account_id,
    crm_user_id,
    issue

from {{ ref('rpt_ownership_issues') }}

-- Billing customers that no CRM account knows have a test of their own.
where is_open and issue <> 'not_in_crm'

union all

select
    cast(null as varchar) as account_id,
    crm_user_id,
    'manager_loop' as issue

from {{ ref('int_people__employees') }}

where is_in_manager_loop
