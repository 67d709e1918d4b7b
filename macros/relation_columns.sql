{# Columns of a relation that may be absent: {name: data type}, lower case; {} where there is none. #}
{% macro relation_columns(relation) %}
    {% set columns = {} %}
    {% if execute %}
        {% set switched_off = relation.schema ~ '.' ~ relation.identifier in var('disabled_sources') %}
        {% set found = adapter.get_relation(
            database=relation.database, schema=relation.schema, identifier=relation.identifier
        ) %}
        {% if found and not (switched_off and relation.database == 'raw') %}
            {% for column in adapter.get_columns_in_relation(found) %}
                {% do columns.update({column.name | lower: column.dtype | lower}) %}
            {% endfor %}
        {% endif %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}
