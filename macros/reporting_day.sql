{# The calendar day of a UTC timestamp in the reporting time zone. #}
{% macro reporting_day(timestamp) %}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- else -%}
        {{ day_in_timezone(timestamp, var('reporting_timezone')) }}
    {%- endif -%}
{% endmacro %}
