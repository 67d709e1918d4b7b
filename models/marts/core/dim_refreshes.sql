{% set known = relation_columns(api.Relation.create(
    database='history', schema='memory', identifier='refreshes')) %}
-- Earlier refreshes as history knows them; publish adds the row of the run itself.
{% if known %}
select
    run_id,
    data_through,
    stale_sources,
    as_of_date,
    published_at

from history.memory.refreshes
{% else %}
select
    cast(null as varchar) as run_id,
    cast(null as varchar) as data_through,
    cast(null as varchar) as stale_sources,
    cast(null as date) as as_of_date,
    cast(null as timestamp) as published_at

where 1 = 0
{% endif %}
