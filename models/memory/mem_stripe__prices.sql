{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'price_id': 'varchar',
    'product_id': 'varchar',
    'currency': 'varchar',
    'billing_scheme': 'varchar',
    'billing_interval': 'varchar',
    'usage_type': 'varchar',
    'interval_count': 'bigint',
    'unit_amount_minor': 'decimal(28,12)',
} %}

with

today as (

    select
        *,
        1 as source_rank
    from {{ ref('stg_stripe__prices') }}

    union all

    -- An older connection lands plans; where it has both, the price speaks.
    select
        *,
        2 as source_rank
    from {{ ref('stg_stripe__plans') }}

    where price_id not in (select price_id from {{ ref('stg_stripe__prices') }})

),

{{ remembered('today', columns) }}

select * from versions
