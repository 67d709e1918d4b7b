{# The model's score and the score after overrides: pulse first, clipped to 0 and 100, then the
   lowest cap. #}
with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

points as (

    select
        account_id,
        score_date,
        sum(points) as model_score,
        max(coverage) as coverage

    from {{ ref('int_health__points') }}

    group by account_id, score_date

),

overrides as (

    select
        account_id,
        score_date,
        cast(sum(adjustment) as decimal(12, 6)) as pulse_adjustment,
        min(score_cap) as score_cap

    from {{ ref('int_health__overrides') }}

    group by account_id, score_date

),

-- Data of a day are never known before the day is over.
run_reach as (

    select max(synced_to) as reached_at from {{ source('run', 'loads') }}

    where outcome <> 'rejected'

),

adjusted as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.mrr,
        score_days.size_tier,
        score_days.journey_stage,
        score_days.is_backfilled,
        points.coverage,
        cast(points.model_score as decimal(12, 6)) as model_score,
        overrides.pulse_adjustment,
        overrides.score_cap,
        least(
            coalesce(overrides.score_cap, 100),
            greatest(
                0, least(100, points.model_score + coalesce(overrides.pulse_adjustment, 0))
            )
        ) as capped_score,
        greatest(
            run_reach.reached_at,
            cast({{ dbt.dateadd('day', 1, 'score_days.score_date') }} as timestamp)
        ) as known_at

    from score_days

    inner join points
        on
            score_days.account_id = points.account_id
            and score_days.score_date = points.score_date

    left join overrides
        on
            score_days.account_id = overrides.account_id
            and score_days.score_date = overrides.score_date

    cross join run_reach

)

select
    account_id,
    score_date,
    mrr,
    size_tier,
    journey_stage,
    is_backfilled,
    coverage,
    model_score,
    pulse_adjustment,
    score_cap,
    case when model_score is not null then cast(capped_score as decimal(12, 6)) end
        as health_score,
    case
        when model_score is null then null
        when capped_score < {{ var('health_yellow_from') }} then 'red'
        when capped_score < {{ var('health_green_from') }} then 'yellow'
        else 'green'
    end as health_band,
    case when model_score is null then 'low_coverage' end as null_reason,
    known_at

from adjusted
