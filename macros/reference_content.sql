{# What a reference seed holds in this run, as one text: for build_name. #}
{% macro reference_content(seed) %}
    {% set relation = reference(seed) %}
    {% if not execute or model.resource_type != 'model' or not adapter.get_relation(
        relation.database, relation.schema, relation.identifier
    ) %}{{ return('') }}{% endif %}
    {% set lines = [] %}
    {% for row in run_query('select * from ' ~ relation).rows %}
        {% do lines.append(row.values() | join('|')) %}
    {% endfor %}
    {{ return(local_md5(lines | sort | join(';'))) }}
{% endmacro %}
