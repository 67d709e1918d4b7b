{# A price after its discounts, never below zero. #}
{% macro net_mrr(gross_mrr, percent_factor, amount_off) -%}
    greatest({{ gross_mrr }} * {{ percent_factor }} - {{ amount_off }}, 0)
{%- endmacro %}
