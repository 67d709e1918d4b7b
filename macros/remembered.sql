{# Row versions of `today` (a CTE) and those that history holds, as one set. A version that the
   connector has deleted or rewritten since stays. Publish appends what history lacks.
   columns: {name: data type}, in the order that the version's id is made of. #}
{% macro remembered(today, columns) %}
{% set known = relation_columns(api.Relation.create(
    database='history', schema='memory', identifier=this.identifier)) %}
today_versions as (

    select {{ content_hash(columns.keys() | list) }} as version_id, {{ columns.keys() | join(', ') }}

    from {{ today }}

),

{% if known %}
history_versions as (

    select
        version_id,
        {%- for column, data_type in columns.items() %}
        {% if column in known %}{{ column }}{% else %}cast(null as {{ data_type }}) as {{ column }}{% endif %}{{ ',' if not loop.last }}
        {%- endfor %}

    from history.memory.{{ this.identifier }}

),

versions as (

    select * from history_versions

    union all

    select * from today_versions

    where version_id not in (select version_id from history_versions)

)
{% else %}
versions as (select * from today_versions)
{% endif %}
{% endmacro %}
