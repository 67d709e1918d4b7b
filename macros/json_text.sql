{# A member of a JSON text, null where the text is no JSON. #}
{% macro json_text(column, member) %}{{ return(adapter.dispatch('json_text')(column, member)) }}{% endmacro %}

{% macro default__json_text(column, member) %}
    json_value({{ column }}, '$.{{ member }}')
{%- endmacro %}

{% macro duckdb__json_text(column, member) %}
    case when json_valid({{ column }}) then json_extract_string({{ column }}, '$.{{ member }}') end
{%- endmacro %}
