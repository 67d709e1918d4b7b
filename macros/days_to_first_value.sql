{# Days from the first paid day to the first value; while it is not reached, up to the day asked for. #}
{% macro days_to_first_value(first_paid_date, reached_date, until_date) -%}
    {%- set counted_to = 'greatest(least(coalesce(' ~ reached_date ~ ', ' ~ until_date ~ '), ' ~ until_date ~ '), ' ~ first_paid_date ~ ')' -%}
    {{ dbt.datediff(first_paid_date, counted_to, 'day') }}
{%- endmacro %}
