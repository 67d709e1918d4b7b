{# Name of the fiscal quarter of a day, like 2026Q3. A fiscal year that starts in another month is
   moved to January. #}
{% macro fiscal_quarter_name(day) -%}
    {%- set shift_months = (13 - var('fiscal_year_start_month')) % 12 -%}
    {%- set fiscal_month = dbt.dateadd('month', shift_months, dbt.date_trunc('month', day)) -%}
    cast(extract(year from {{ fiscal_month }}) as varchar)
    || 'Q'
    || cast(extract(quarter from {{ fiscal_month }}) as varchar)
{%- endmacro %}
