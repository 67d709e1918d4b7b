-- Every account is in one segment of each kind, so what rates are made of adds up to the company's:
-- nobody counted twice, nobody left out.
{% set columns = ['base_accounts', 'retained_accounts', 'base_opening_mrr', 'base_closing_mrr'] %}
{{ segments_off_the_total(ref('rpt_retention'), ['period_kind', 'period_start'], columns) }}
