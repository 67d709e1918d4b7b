{# Texts as the list of an `in`; of none a list in which nothing is. #}
{% macro text_list(texts) %}
    {{- "'" ~ (texts | join("', '")) ~ "'" if texts else 'null' -}}
{% endmacro %}
