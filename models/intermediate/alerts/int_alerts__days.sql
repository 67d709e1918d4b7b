{# The first run judges the days that it scores; later ones the last judged day again, which may not
   have been over, and what came after it. #}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_alerts')) %}
with

on_record as (
    {% if known %}
    select max(score_date) as last_date from history.memory.mem_health_scores
    {% else %}
    select cast(null as date) as last_date
    {% endif %}
),

reach as (

    select
        coalesce(
            last_date,
            cast({{ dbt.dateadd('day', 1 - var('health_backfill_days'), as_of_date()) }} as date)
        ) as first_date

    from on_record

)

select
    score_dates.score_date as judged_date,
    row_number() over (order by score_dates.score_date) as day_number

from {{ ref('int_health__score_dates') }} as score_dates

inner join reach on score_dates.score_date >= reach.first_date
