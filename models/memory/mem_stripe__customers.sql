{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'billing_customer_id': 'varchar',
    'crm_account_id': 'varchar',
    'is_deleted': 'boolean',
    'created_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_stripe__customers') }}

),

{{ remembered('today', columns) }}

select * from versions
