{# The columns of a base model that come from the raw table, with the load they came with. #}
{% macro all_columns(node, relation) -%}
    {{ relation }}.load_id,
    {%- for column in node.columns.values() %} {{ relation }}.{{ adapter.quote(column.name) }},{% endfor %} {{ relation }}.carried_value
{%- endmacro %}
