{# Whether a day is the last of its month, as SQL. #}
{% macro is_month_end(day) -%}
    cast({{ dbt.dateadd('day', 1, day) }} as date)
    = cast({{ dbt.date_trunc('month', dbt.dateadd('day', 1, day)) }} as date)
{%- endmacro %}
