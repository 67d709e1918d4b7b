{% set known = relation_columns(api.Relation.create(
    database='history', schema='memory', identifier='refreshes')) %}
{% set columns = {
    'run_id': 'varchar',
    'data_through': 'varchar',
    'stale_sources': 'varchar',
    'as_of_date': 'date',
    'published_at': 'timestamp',
} %}
-- Earlier refreshes as history knows them; publish adds the row of the run itself.
select
    {%- for column, data_type in columns.items() %}
    cast({{ column if column in known else 'null' }} as {{ data_type }})
        as {{ column }}{% if not loop.last %},{% endif %}
    {%- endfor %}

{% if known %}from history.memory.refreshes{% else %}where 1 = 0{% endif %}
