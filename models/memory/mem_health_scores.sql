{% set columns = {
    'account_id': 'varchar', 'score_date': 'date', 'known_at': 'timestamp',
    'reading_number': 'integer', 'is_backfilled': 'boolean', 'mrr': 'decimal(18, 2)',
    'size_tier': 'varchar', 'journey_stage': 'varchar', 'coverage': 'double',
    'model_score': 'decimal(12, 6)', 'pulse_adjustment': 'decimal(12, 6)',
    'score_cap': 'decimal(12, 6)', 'health_score': 'decimal(12, 6)', 'health_band': 'varchar',
    'null_reason': 'varchar', 'score_change_7d': 'decimal(12, 6)',
    'override_change_7d': 'decimal(12, 6)', 'score_change_28d': 'decimal(12, 6)',
    'override_change_28d': 'decimal(12, 6)',
} %}

with

today as (

    select * from {{ ref('int_health__score_readings') }}

),

{{ remembered('today', columns) }}

select * from versions
