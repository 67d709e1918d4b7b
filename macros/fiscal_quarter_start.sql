{# First day of the fiscal quarter of a day, as a date. A fiscal year that starts in another month is
   moved to January and back. #}
{% macro fiscal_quarter_start(day) %}
    {%- set shift_months = (13 - var('fiscal_year_start_month')) % 12 -%}
    {%- set fiscal_month = dbt.dateadd('month', shift_months, dbt.date_trunc('month', day)) -%}
    cast({{ dbt.dateadd('month', -shift_months, dbt.date_trunc('quarter', fiscal_month)) }} as date)
{%- endmacro %}
