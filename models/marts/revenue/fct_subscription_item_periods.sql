select
    {{ content_hash(['subscription_item_id', 'valid_from']) }} as subscription_item_period_id,
    subscription_item_id,
    subscription_id,
    account_id,
    product_id,
    currency,
    evidence,
    cast(quantity as bigint) as quantity,
    mrr,
    cast(net_mrr as decimal(28, 6)) as mrr_native,
    cast(fx_rate as decimal(18, 8)) as fx_rate,
    valid_from,
    valid_to,
    scheduled_end_date

from {{ ref('int_revenue__item_periods') }}
