{# A rate as it is compared with a bound: what binary arithmetic left a hair beside it is on it. #}
{% macro compared_rate(rate) -%}
    cast({{ rate }} as decimal(28, 12))
{%- endmacro %}
