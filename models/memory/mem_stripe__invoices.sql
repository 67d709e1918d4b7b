{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'invoice_id': 'varchar',
    'billing_customer_id': 'varchar',
    'subscription_id': 'varchar',
    'status': 'varchar',
    'currency': 'varchar',
    'total_minor': 'bigint',
    'is_paid': 'boolean',
    'is_deleted': 'boolean',
    'created_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_stripe__invoices') }}

),

{{ remembered('today', columns) }}

select * from versions
