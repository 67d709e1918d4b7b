{# Falling usage and full seats, by the figures of the score as they were first known. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

-- Seats stay used for as long as every day of the window has them used.
measures as (

    select
        account_id,
        score_date,
        dimension,
        raw_value,
        min(raw_value) over seat_days as least_value,
        count(raw_value) over seat_days as values_seen,
        min(score_date) over seat_days as first_date

    from {{ ref('int_health__drivers') }}

    where dimension in ('usage_trend', 'seat_utilisation')

    window seat_days as (
        partition by account_id, dimension order by score_date
        rows between 13 preceding and current row
    )

),

trends as (

    select
        rules.rule,
        measures.account_id,
        rules.judged_date,
        measures.raw_value <= -rules.threshold as is_firing,
        cast(measures.raw_value as decimal(18, 9))
        <= cast(-rules.threshold * rules.clear_factor as decimal(18, 9)) as is_holding,
        measures.raw_value as measure,
        'Usage of the last 14 days is '
        || cast(cast(-100 * measures.raw_value as decimal(12, 0)) as varchar)
        || '% below that of the 14 before' as reason

    from measures

    inner join rules
        on measures.score_date = rules.judged_date and rules.rule in ('A1', 'A2')

    where measures.dimension = 'usage_trend'

),

seats as (

    select
        rules.rule,
        measures.account_id,
        rules.judged_date,
        measures.least_value >= rules.threshold
        and measures.values_seen = 14
        and measures.first_date
        = cast({{ dbt.dateadd('day', -13, 'rules.judged_date') }} as date) as is_firing,
        cast(measures.raw_value as decimal(18, 9))
        >= cast(rules.threshold * rules.clear_factor as decimal(18, 9)) as is_holding,
        measures.raw_value as measure,
        'Seats are '
        || cast(cast(100 * measures.raw_value as decimal(12, 0)) as varchar)
        || '% used' as reason

    from measures

    inner join rules on measures.score_date = rules.judged_date and rules.rule = 'A26'

    where measures.dimension = 'seat_utilisation'

),

conditions as (

    select * from trends

    union all

    select * from seats

)

select
    rule,
    'account' as subject_type,
    account_id as subject_id,
    '' as event_key,
    judged_date,
    is_firing,
    is_holding,
    cast(measure as double) as measure,
    reason

from conditions

where is_firing or is_holding
