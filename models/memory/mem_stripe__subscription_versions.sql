{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'subscription_id': 'varchar',
    'billing_customer_id': 'varchar',
    'status': 'varchar',
    'is_collection_paused': 'boolean',
    'is_cancelled_at_period_end': 'boolean',
    'created_at': 'timestamp',
    'started_at': 'timestamp',
    'trial_ends_at': 'timestamp',
    'current_period_starts_at': 'timestamp',
    'current_period_ends_at': 'timestamp',
    'cancels_at': 'timestamp',
    'cancel_requested_at': 'timestamp',
    'ended_at': 'timestamp',
    'version_starts_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_stripe__subscription_versions') }}

),

{{ remembered('today', columns) }}

select * from versions
