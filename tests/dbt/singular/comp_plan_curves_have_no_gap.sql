-- Every n has one factor, a better n never a worse one, and below zero no step: otherwise a dollar
-- more or less decides on a bonus that nobody agreed on.
{{ config(severity='error', tags=['comp_refusal']) }}
with

curve as (

    select
        *,
        lead(from_rate) over by_rate as next_from_rate,
        -- The factor just above the upper bound.
        lead(base_factor + coalesce(slope * (to_rate - from_rate), 0)) over by_rate as next_factor,
        row_number() over by_rate as segment_number,
        count(*) over (partition by plan_version) as segments

    from {{ reference('comp_plan_curve') }}

    window by_rate as (
        partition by plan_version order by coalesce(from_rate, -1e8), coalesce(to_rate, 1e8)
    )

),

versions as (

    select distinct plan_version from {{ reference('comp_plan_versions') }}

)

select
    curve.plan_version,
    curve.from_rate,
    curve.to_rate,
    case
        when curve.base_factor is null or curve.slope is null then 'no factor'
        when curve.to_rate <> curve.next_from_rate then 'a gap or an overlap'
        when curve.slope < 0 or curve.base_factor < curve.next_factor then 'not monotone'
        when curve.to_rate < 0 and curve.base_factor <> curve.next_factor
            then 'a step below zero'
        else 'a gap or an overlap'
    end as issue
from curve
where
    curve.plan_version is null
    or curve.base_factor is null
    or curve.slope is null
    or curve.slope < 0
    or (curve.from_rate is null) <> (curve.segment_number = 1)
    or (curve.to_rate is null) <> (curve.segment_number = curve.segments)
    or curve.to_rate <> curve.next_from_rate
    or curve.to_rate <= curve.from_rate
    or curve.base_factor < curve.next_factor
    or (curve.to_rate < 0 and curve.base_factor <> curve.next_factor)

union all

select
    versions.plan_version,
    cast(null as decimal(18, 9)) as from_rate,
    cast(null as decimal(18, 9)) as to_rate,
    'no curve' as issue
from versions
left join curve on versions.plan_version = curve.plan_version
where curve.plan_version is null
