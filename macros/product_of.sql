{# The product of a column, as aggregate or window function. #}
{% macro product_of(column) %}{{ return(adapter.dispatch('product_of')(column)) }}{% endmacro %}

{# Factors are between 0 and 1; a zero makes the product zero. #}
{% macro default__product_of(column) %}exp(sum(ln(nullif({{ column }}, 0)))){% endmacro %}

{% macro duckdb__product_of(column) %}product({{ column }}){% endmacro %}
