select
    cast(date_trunc('month', movement_date) as date) as month,
    'all' as segment_kind,
    'all' as segment_value,
    {% for column in ['opening', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'transfer'] %}
    cast(0 as decimal(18, 2)) as {{ column }}_mrr,
    {% endfor %}
    sum(mrr_change) as new_mrr,
    sum(mrr_change) as closing_mrr,
    count(distinct account_id) as paying_accounts

from {{ ref('fct_mrr_movements') }}

group by 1
