{% set history = history_rows('refreshes') %}
{% if history | trim %}
{{ history }}
{% else %}
select
    cast(null as varchar) as run_id,
    cast(null as date) as as_of_date,
    cast(null as timestamp) as published_at,
    cast(null as varchar) as data_through,
    cast(null as varchar) as stale_sources

where 1 = 0
{% endif %}
