-- A transfer moves MRR between accounts and makes none: on every day what came in is what went out.
select
    movement_date,
    sum(mrr_change) as transferred_mrr

from {{ ref('fct_mrr_movements') }}

where movement_type in ('transfer_in', 'transfer_out')

group by movement_date

having sum(mrr_change) <> 0
