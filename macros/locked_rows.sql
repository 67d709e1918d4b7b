{# Rows of closed quarters that history holds of a pay mart, in the columns asked for; none where no
   quarter was ever closed. columns: {name: data type}. #}
{% macro locked_rows(table, columns) %}
{% set known = relation_columns(api.Relation.create(
    database='history', schema='comp', identifier=table)) %}
    select
        {%- for column, data_type in columns.items() %}
        {% if column in known %}{{ column }}{% else %}cast(null as {{ data_type }}) as {{ column }}{% endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    {% if known %}
    from history.comp.{{ table }}
    {% else %}
    where 1 = 0
    {% endif %}
{% endmacro %}
