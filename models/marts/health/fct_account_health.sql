select
    account_id,
    health_band,
    null_reason,
    size_tier,
    journey_stage,
    health_score,
    model_score,
    coverage,
    pulse_adjustment,
    score_cap,
    score_change_7d,
    override_change_7d,
    score_change_28d,
    override_change_28d,
    mrr,
    is_backfilled,
    score_date,
    known_at

from {{ ref('int_health__scores') }}

where reading_number = 1
