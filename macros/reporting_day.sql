{# The calendar day of a UTC timestamp in the reporting time zone. #}
{% macro reporting_day(timestamp) %}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- else -%}
        {{ return(adapter.dispatch('day_in_timezone')(timestamp, var('reporting_timezone'))) }}
    {%- endif -%}
{% endmacro %}

{% macro default__day_in_timezone(timestamp, timezone) %}
    cast(({{ timestamp }} at time zone 'UTC') at time zone '{{ timezone }}' as date)
{%- endmacro %}
