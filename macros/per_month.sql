{# What brings an amount per billing period to a month: year /12, month /1, week x52/12, day x365/12. #}
{% macro per_month(billing_interval, interval_count) %}
    case {{ billing_interval }}
        when 'year' then 1.0 / 12
        when 'month' then 1.0
        when 'week' then 52.0 / 12
        when 'day' then 365.0 / 12
    end / {{ interval_count }}
{%- endmacro %}
