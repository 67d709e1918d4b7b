{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'subscription_item_id': 'varchar',
    'subscription_id': 'varchar',
    'price_id': 'varchar',
    'quantity': 'bigint',
    'is_deleted': 'boolean',
    'created_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_stripe__subscription_items') }}

),

{{ remembered('today', columns) }}

select * from versions
