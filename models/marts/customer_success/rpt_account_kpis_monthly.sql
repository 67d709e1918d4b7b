{# Parts of ratios, not ratios: so they can be added up to any other set of accounts, too. #}
with

account_months as (

    select * from {{ ref('fct_account_kpi_months') }}

),

segmented as (
    {{ by_segment('account_months') }}
)

select
    segment_kind,
    segment_value,
    {%- for name, parts in account_kpi_sums().items() %}
    cast({{ parts.sql }} as {{ parts.type }}) as {{ name }},
    {%- endfor %}
    month

from segmented

group by month, segment_kind, segment_value
