{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'invoice_id': 'varchar',
    'invoice_line_id': 'varchar',
    'subscription_id': 'varchar',
    'subscription_item_id': 'varchar',
    'price_id': 'varchar',
    'currency': 'varchar',
    'amount_minor': 'bigint',
    'quantity': 'bigint',
    'line_type': 'varchar',
    'is_proration': 'boolean',
    'period_starts_at': 'timestamp',
    'period_ends_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_stripe__invoice_lines') }}

),

{{ remembered('today', columns) }}

select * from versions
