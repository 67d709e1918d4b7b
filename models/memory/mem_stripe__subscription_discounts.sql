{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'discount_id': 'varchar',
    'coupon_id': 'varchar',
    'billing_customer_id': 'varchar',
    'invoice_id': 'varchar',
    'subscription_id': 'varchar',
    'is_deleted': 'boolean',
    'starts_at': 'timestamp',
    'ends_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_stripe__subscription_discounts') }}

),

{{ remembered('today', columns) }}

select * from versions
