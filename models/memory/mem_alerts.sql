{% set columns = {
    'alert_id': 'varchar', 'rule': 'varchar', 'subject_type': 'varchar', 'subject_id': 'varchar',
    'event_key': 'varchar', 'opened_date': 'date', 'due_date': 'date', 'owner': 'varchar',
    'csm_id': 'varchar', 'mrr_at_risk': 'decimal(18, 2)', 'measure': 'double',
    'reason': 'varchar', 'cleared_date': 'date', 'suppressed_reason': 'varchar',
    'known_at': 'timestamp', 'reading_number': 'integer',
} %}

with

today as (

    select * from {{ ref('int_alerts__readings') }}

),

{{ remembered('today', columns) }}

select * from versions
