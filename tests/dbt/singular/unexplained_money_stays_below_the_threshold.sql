-- Whoever sets a threshold wants no figures published that so much money contradicts.
select sum(unexplained_gross_amount) as unexplained_gross_amount

from {{ ref('rpt_mrr_reconciliation') }}

{% if var('reconciliation_block_over') is none -%}
where 1 = 0
{%- endif %}

having sum(unexplained_gross_amount) > {{ var('reconciliation_block_over') or 0 }}
