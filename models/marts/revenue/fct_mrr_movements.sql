select
    {{ content_hash(['account_id', 'movement_date', 'movement_type']) }} as mrr_movement_id,
    account_id,
    movement_type,
    churn_reason,
    mrr_change,
    opening_mrr,
    closing_mrr,
    movement_date

from {{ ref('int_revenue__account_movements') }}
