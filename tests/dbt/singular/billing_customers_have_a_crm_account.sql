-- Where a CRM is connected, a customer that it does not know has no CSM, no parent and no name: its
-- MRR is right, and nobody looks after it.
{{ config(severity='warn') }}
select billing_customer_id

from {{ ref('bridge_account_billing_customers') }}

where
    match_method = 'unmatched'
    and not is_internal
    and exists (select 1 from {{ ref('int_accounts__crm_accounts') }})
