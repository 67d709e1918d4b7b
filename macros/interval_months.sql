{# How many months a billing interval has: year 12, month 1, week 12/52, day 12/365. #}
{% macro interval_months(billing_interval, interval_count) %}
    case {{ billing_interval }}
        when 'year' then 12.0 * {{ interval_count }}
        when 'month' then 1.0 * {{ interval_count }}
        when 'week' then 12.0 * {{ interval_count }} / 52
        when 'day' then 12.0 * {{ interval_count }} / 365
    end
{%- endmacro %}
