{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'coupon_id': 'varchar',
    'duration': 'varchar',
    'currency': 'varchar',
    'duration_in_months': 'bigint',
    'amount_off_minor': 'bigint',
    'percent_off': 'decimal(12,6)',
} %}

with

today as (

    select * from {{ ref('stg_stripe__coupons') }}

),

{{ remembered('today', columns) }}

select * from versions
