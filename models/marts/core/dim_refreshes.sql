{% set known = relation_columns(api.Relation.create(
    database='history', schema='memory', identifier='refreshes')) %}
-- Earlier refreshes as history knows them; publish adds the row of the run itself.
select
    {%- for column, data_type in {
        'run_id': 'varchar', 'data_through': 'varchar', 'stale_sources': 'varchar',
        'as_of_date': 'date', 'published_at': 'timestamp',
    }.items() %}
{% if column in known %}cast({{ column }} as {{ data_type }}){% else %}cast(
    null as {{ data_type }}
){% endif %}
    as {{ column }}{{ ',' if not loop.last }}

{%- endfor %}

{% if known %}from history.memory.refreshes{% else %}where 1 = 0{% endif %}
