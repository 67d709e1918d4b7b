{# The moment one billing period before another moment. #}
{% macro period_before(moment, billing_interval, interval_count) %}
    case {{ billing_interval }}
        {%- for unit in ['year', 'month', 'week', 'day'] %}
        when '{{ unit }}' then {{ dbt.dateadd(unit, '-' ~ interval_count, moment) }}
        {%- endfor %}
    end
{%- endmacro %}
