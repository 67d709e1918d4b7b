{% macro history_rows(model) %}
    {%- set relation = adapter.get_relation('history', 'memory', model) if execute else none -%}
    {%- if relation %}select * from {{ relation }}{% endif -%}
{% endmacro %}
