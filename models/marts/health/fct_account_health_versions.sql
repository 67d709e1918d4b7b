select
    account_id,
    health_band,
    null_reason,
    size_tier,
    journey_stage,
    reading_number,
    health_score,
    model_score,
    coverage,
    pulse_adjustment,
    score_cap,
    mrr,
    reading_number = max(reading_number) over (partition by account_id, score_date) as is_current,
    score_date,
    known_at

from {{ ref('int_health__scores') }}
