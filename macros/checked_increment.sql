{# checked_source of a table of events, by increments: rows of loads that the model has not seen are
   judged together with all rows of the same keys from before, and take the place of those. Which copy
   of a message counts does not depend on the order in which they arrive, as its whole key is judged
   again, by the rules of the full build.

   Which loads it has seen is read from its own rows, and compared with the loads in force in the raw
   table, so a run that crashed or was blocked leaves nothing to repair. A load in it that is no longer
   in force (its table landed whole again, or the load was taken back), or a raw table without load ids
   (PERENNIAL_RAW): everything is judged anew. #}
{% macro checked_increment(source_name, table_name) %}
{% set relation = source(source_name, table_name) %}
{% set stored = relation_columns(relation) %}
{% set has_loads = '_perennial_load_id' in stored %}
{% set whole = checked_source(source_name, table_name) %}
{% set gone = namespace(loads=0) %}
{% if execute and has_loads and known_build(this) %}
    {% set gone.loads = run_query(
        'select count(*) from (select distinct load_id from ' ~ this ~ ') as seen where load_id not in '
        ~ '(select distinct _perennial_load_id from ' ~ relation ~ ')'
    ).rows[0][0] %}
{% endif %}
{% set build_id = build_name(whole, is_stale=not has_loads or gone.loads > 0) %}
select
    judged.*,
    cast({{ '(select max(change_number) from ' ~ this ~ ') + 1' if is_incremental() else 1 }} as bigint) as change_number,
    '{{ build_id }}' as build_id

from (
    {% if is_incremental() -%}
    {% set meta = (graph.sources.values() | selectattr('source_name', 'equalto', source_name)
        | selectattr('name', 'equalto', table_name) | first).config.meta -%}
    {% set raw_parts = [] -%}
    {% set key_parts = [] -%}
    {% for column in meta.key -%}
    {% set name = adapter.quote(column) -%}
    {% do raw_parts.append("coalesce(cast(" ~ name ~ " as varchar), '')") -%}
    {% do key_parts.append("coalesce(cast(" ~ raw_value(name, 'varchar', stored[column | lower], column in meta.get('id_columns', [])) ~ " as varchar), '')") -%}
    {% endfor -%}
    {#- Names instead of subqueries: so the engine can pass over blocks that hold none of them. -#}
    {% set loads = run_query(
        'select distinct _perennial_load_id from ' ~ relation
        ~ ' where _perennial_load_id not in (select distinct load_id from ' ~ this ~ ') order by 1'
    ).columns[0].values() | list -%}
    {% set is_new -%}
    _perennial_load_id in ({% for load in loads %}'{{ load | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {% set arriving %}(
        select * from {{ relation }} where {{ is_new if loads else '1 = 0' }}
        {%- if loads %}

        union all

        select * from {{ relation }}

        where
            not {{ is_new }}
            and {{ raw_parts | join(" || '|' || ") }} in (
                select raw_key from {{ this }}

                where row_key in (
                    select coalesce(nullif({{ key_parts | join(" || '|' || ") }}, ''), '(no key)')

                    from {{ relation }}

                    where {{ is_new }}
                )
            )
        {%- endif %}
    ){% endset -%}
    {{ checked_source(source_name, table_name, rows=arriving) }}
    {%- else -%}
    {{ whole }}
    {%- endif %}
) as judged
{% endmacro %}
