{# Alerts that are a CSM's to act on: open, or ended since yesterday, so that nobody wonders where
   they are. #}
select
    subject_id as account_id,
    'alert' as item_kind,
    alert_id as item_key,
    rule,
    reason,
    case
        when cleared_date is not null then 'cleared'
        when opened_date = {{ as_of_date() }} then 'new'
        else 'unchanged'
    end as change_since_yesterday,
    mrr_at_risk,
    opened_date,
    due_date

from {{ ref('int_alerts__known') }}

where
    subject_type = 'account'
    and owner in ('csm', 'csm_then_lead', 'csm_and_sales')
    and suppressed_reason is null
    and (cleared_date is null or cleared_date = {{ as_of_date() }})
