{# Alerts as they are known now: the latest reading of each. #}
with

readings as (

    select
        *,
        row_number() over (partition by alert_id order by reading_number desc) as reading_rank,
        min(known_at) over (partition by alert_id) as first_known_at

    from {{ ref('mem_alerts') }}

)

select
    alert_id,
    rule,
    subject_type,
    subject_id,
    event_key,
    csm_id,
    owner,
    reason,
    measure,
    mrr_at_risk,
    suppressed_reason,
    opened_date,
    due_date,
    cleared_date,
    first_known_at as known_at

from readings

where reading_rank = 1
