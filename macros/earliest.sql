{# The earliest of several dates, leaving nulls out on every engine. #}
{% macro earliest(columns) %}
    {%- set far = "cast('9999-12-31' as date)" -%}
    nullif(least({% for column in columns %}coalesce({{ column }}, {{ far }}){% if not loop.last %}, {% endif %}{% endfor %}), {{ far }})
{%- endmacro %}
