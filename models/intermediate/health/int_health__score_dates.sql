{# The last days, the last month ends, and days that no run has scored since the last one. #}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_health_scores')) %}
with recursive

month_ends as (

    select
        cast({{ dbt.dateadd('day', -1, 'period_end') }} as date) as score_date,
        row_number() over (order by period_start desc) as month_number

    from {{ ref('int_revenue__windows') }}

    where period_kind = 'month' and is_complete

),

on_record as (
    {% if known %}
    select max(score_date) as last_date from history.memory.mem_health_scores

    where score_date <= {{ as_of_date() }}
    {% else %}
    select cast(null as date) as last_date
    {% endif %}
),

reach as (

    select
        least(
            cast({{ dbt.dateadd('day', 1 - var('health_backfill_days'), as_of_date()) }} as date),
            coalesce(cast({{ dbt.dateadd('day', 1, 'last_date') }} as date), {{ as_of_date() }})
        ) as first_date

    from on_record

),

days as (

    select first_date as score_date from reach

    union all

    select cast({{ dbt.dateadd('day', 1, 'score_date') }} as date) as score_date

    from days

    where score_date < {{ as_of_date() }}

)

select score_date from days

union

select score_date from month_ends

where month_number <= {{ var('health_backfill_month_ends') }}
