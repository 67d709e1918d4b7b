{# Name of the full build that an incremental table belongs to: what it was made by (`logic`, and the
   build of the table it is made from), then the run that began it. A table that was made by anything
   else is dropped before the model runs, and so made anew: rules, vars, seeds or columns that change
   between runs leave no stale rows, and nobody has to remember a full refresh.

   parent: the incremental table it is made from. is_stale: further reason to begin anew. #}
{% macro build_name(logic, parent=none, is_stale=false) %}
    {% if not execute or model.resource_type != 'model' %}{{ return('none') }}{% endif %}
    {% set inherited = known_build(parent) if parent else '' %}
    {% set made_by = local_md5(logic ~ '|' ~ inherited) %}
    {% set known = known_build(this) %}
    {% if known.startswith(made_by) and not is_stale and not should_full_refresh() %}
        {{ return(known) }}
    {% endif %}
    {% set found = adapter.get_relation(this.database, this.schema, this.identifier) %}
    {% if found and flags.WHICH in ['run', 'build'] %}
        {% do adapter.drop_relation(found) %}
    {% endif %}
    {{ return(made_by ~ '-' ~ invocation_id) }}
{% endmacro %}
