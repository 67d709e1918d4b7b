-- The CRM says the running contract ends on one day and billing says another: the renewal would be
-- worked on at the wrong time. Billing is what the figures follow.
{{ config(severity='warn') }}
select
    subscription_id,
    account_id,
    opportunity_id,
    due_date,
    contract_end_date

from {{ ref('int_renewals__placed_opportunities') }}

where abs(gap_days) > {{ var('contract_end_tolerance_days') }}
