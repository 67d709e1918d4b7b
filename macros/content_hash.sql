{# One text per content: columns as texts, nulls kept apart from empty ones, through md5. #}
{% macro content_hash(columns) -%}
    md5({% for column in columns %}coalesce(cast({{ column }} as varchar), '~'){% if not loop.last %} || '|' || {% endif %}{% endfor %})
{%- endmacro %}
