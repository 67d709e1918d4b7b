{# Every value on one scale: T by anchors, S by rank among peers, B by bands. A dimension whose
   bands have no bounds is measured in points already. #}
with

score_dates as (

    select * from {{ ref('int_health__score_dates') }}

),

observations as (

    select * from {{ ref('int_health__observations') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

anchors as (

    select * from {{ ref('int_health__anchors') }}

),

band_versions as (
    {{ dated_reference('health_bands', ['dimension', 'band']) }}
),

bounded_dimensions as (

    select distinct dimension from band_versions

    where upper_bound is not null

),

bands as (

    select
        score_dates.score_date,
        band_versions.dimension,
        band_versions.points,
        coalesce(lag(band_versions.upper_bound) over by_bound, -1e300) as above_value,
        coalesce(band_versions.upper_bound, 1e300) as upper_bound

    from score_dates

    inner join band_versions
        on
            score_dates.score_date >= band_versions.valid_from
            and score_dates.score_date < band_versions.valid_to

    inner join bounded_dimensions on band_versions.dimension = bounded_dimensions.dimension

    window
        by_bound as (
            partition by score_dates.score_date, band_versions.dimension
            order by coalesce(band_versions.upper_bound, 1e300)
        )

),

percentiles as (

    select * from {{ ref('int_health__percentiles') }}

)

select
    observations.account_id,
    observations.score_date,
    observations.dimension,
    observations.raw_value,
    observations.missing_rule,
    score_days.size_tier,
    score_days.journey_stage,
    case
        when observations.raw_value is null then null
        when anchors.normaliser = 'S' then cast(percentiles.percentile as double)
        when anchors.normaliser = 'B' then coalesce(bands.points, observations.raw_value)
        else greatest(
            0.0,
            least(
                100.0,
                100.0 * (observations.raw_value - anchors.red_anchor)
                / (anchors.green_anchor - anchors.red_anchor)
            )
        )
    end as normalized_value

from observations

inner join score_days
    on
        observations.account_id = score_days.account_id
        and observations.score_date = score_days.score_date

inner join anchors
    on
        observations.score_date = anchors.score_date
        and observations.dimension = anchors.dimension
        and score_days.tenure_days >= anchors.tenure_from
        and score_days.tenure_days < anchors.tenure_to

left join bands
    on
        observations.score_date = bands.score_date
        and observations.dimension = bands.dimension
        and observations.raw_value > bands.above_value
        and observations.raw_value <= bands.upper_bound

left join percentiles
    on
        observations.account_id = percentiles.account_id
        and observations.score_date = percentiles.score_date
        and observations.dimension = percentiles.dimension
