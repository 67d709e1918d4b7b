with

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

versions as (
    {{ dated_reference('health_overrides', ['override_kind']) }}
)

select
    score_dates.score_date,
    versions.override_kind,
    versions.score_cap,
    versions.max_adjustment,
    versions.holds_days

from score_dates

inner join versions
    on
        score_dates.score_date >= versions.valid_from
        and score_dates.score_date < versions.valid_to
