{# Rows of a relation that carries an account's segments, once per kind of segment. #}
{% macro by_segment(relation) %}
    {%- for kind, value in revenue_segments().items() %}
    select
        '{{ kind }}' as segment_kind,
        {{ value }} as segment_value,
        {{ relation }}.*
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
