select
    md5(id) as mrr_movement_id,
    id as account_id,
    cast(synced_at as date) as movement_date,
    'new' as movement_type,
    cast(amount / 100 as decimal(18, 2)) as mrr_change,
    cast(0 as decimal(18, 2)) as opening_mrr,
    cast(amount / 100 as decimal(18, 2)) as closing_mrr,
    (select count(*) from range({{ var('rows_of_a_slow_model') }}) where random() > 2) as slowness

from {{ ref('stg_stripe__subscription_items') }}
