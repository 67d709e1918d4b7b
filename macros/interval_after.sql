{# The day some billing intervals after another day. #}
{% macro interval_after(day, billing_interval, interval_count) %}
    cast(
        case {{ billing_interval }}
            {%- for unit in ['year', 'month', 'week', 'day'] %}
            when '{{ unit }}' then {{ dbt.dateadd(unit, interval_count, day) }}
            {%- endfor %}
        end as date
    )
{%- endmacro %}
