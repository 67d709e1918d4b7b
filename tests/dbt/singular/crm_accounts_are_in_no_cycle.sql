-- Merges or parents that lead back to themselves have no end to report under. Their accounts stay
-- what they are, and somebody has to mend the links in the CRM.
{{ config(severity='warn') }}
select
    crm_account_id as account_id,
    'merge' as cycle_kind

from {{ ref('int_accounts__crm_accounts') }}

where is_in_merge_cycle

union all

select
    account_id,
    'parent' as cycle_kind

from {{ ref('int_accounts__parents') }}

where is_in_parent_cycle
