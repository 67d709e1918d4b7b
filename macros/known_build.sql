{# The build an incremental table belongs to by its own column; '' where it is absent, empty or of
   another shape. #}
{% macro known_build(relation) %}
    {% set found = adapter.get_relation(relation.database, relation.schema, relation.identifier) %}
    {% if not found or 'build_id' not in relation_columns(relation) %}{{ return('') }}{% endif %}
    {% set builds = run_query('select min(build_id), max(build_id) from ' ~ relation).rows[0] %}
    {{ return(builds[0] if builds[0] and builds[0] == builds[1] else '') }}
{% endmacro %}
