{# Health that stays red, by the score as it was first known. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A24'

),

bands as (

    select
        account_id,
        score_date,
        health_band,
        health_score,
        -- First day of the days in a row with the same band; a day without a score breaks them.
        {{ dbt.dateadd(
            'day',
            '-row_number() over (partition by account_id, health_band order by score_date)',
            'score_date'
        ) }} as run_anchor

    from {{ ref('int_health__scores') }}

    where reading_number = 1 and health_band is not null

),

runs as (

    select
        account_id,
        score_date,
        health_band,
        health_score,
        row_number() over (
            partition by account_id, health_band, run_anchor order by score_date
        ) as days_in_row

    from bands

)

select
    rules.rule,
    'account' as subject_type,
    runs.account_id as subject_id,
    '' as event_key,
    rules.judged_date,
    runs.days_in_row >= rules.window_days as is_firing,
    true as is_holding,
    cast(runs.health_score as double) as measure,
    'Health is red for ' || cast(runs.days_in_row as varchar) || ' days, at '
    || cast(cast(runs.health_score as decimal(12, 1)) as varchar) as reason

from rules

inner join runs on rules.judged_date = runs.score_date

where runs.health_band = 'red'
