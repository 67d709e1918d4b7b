{# The calendar day of a UTC timestamp in a time zone. #}
{% macro day_in_timezone(timestamp, timezone) %}
    {{- return(adapter.dispatch('day_in_timezone')(timestamp, timezone)) -}}
{% endmacro %}

{% macro default__day_in_timezone(timestamp, timezone) %}
    cast(({{ timestamp }} at time zone 'UTC') at time zone '{{ timezone }}' as date)
{%- endmacro %}
