select
    {{ content_hash(['account_id', 'subscription_item_id', 'change_date', 'change_cause']) }}
        as mrr_change_id,
    account_id,
    subscription_item_id,
    subscription_id,
    change_cause,
    cast(mrr_change as decimal(18, 2)) as mrr_change,
    change_date

from {{ ref('int_revenue__item_changes') }}
