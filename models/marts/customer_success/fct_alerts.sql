select
    alerts.alert_id,
    alerts.rule,
    alerts.subject_type,
    alerts.subject_id,
    known_accounts.account_id,
    alerts.event_key,
    alerts.csm_id,
    alerts.owner,
    alerts.reason,
    alerts.measure,
    alerts.mrr_at_risk,
    alerts.suppressed_reason,
    alerts.opened_date,
    alerts.due_date,
    alerts.cleared_date,
    alerts.known_at

from {{ ref('int_alerts__known') }} as alerts

-- An account that was merged, or is known by another id now, stays the subject only.
left join {{ ref('dim_accounts') }} as known_accounts
    on
        case when alerts.subject_type = 'account' then alerts.subject_id end
        = known_accounts.account_id
