-- Every account is in one segment of each kind, so what rates are made of adds up to the company's:
-- nobody counted twice, nobody left out.
{% set columns = ['base_accounts', 'retained_accounts', 'base_opening_mrr', 'base_closing_mrr'] %}
with

by_kind as (

    select
        period_kind,
        segment_kind,
        {%- for column in columns %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        period_start

    from {{ ref('rpt_retention') }}

    group by period_kind, period_start, segment_kind

)

select by_kind.*

from by_kind

left join by_kind as total
    on
        by_kind.period_kind = total.period_kind
        and by_kind.period_start = total.period_start
        and total.segment_kind = 'all'

where
    total.period_kind is null
    {%- for column in columns %}
    or by_kind.{{ column }} <> total.{{ column }}
    {%- endfor %}
