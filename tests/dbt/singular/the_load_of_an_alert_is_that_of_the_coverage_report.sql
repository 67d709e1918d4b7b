-- A lead who is told of a load must find the same in the report.
with

loads as (

    select
        subject_id as csm_id,
        measure,
        is_firing

    from {{ ref('int_alerts__load_conditions') }}

    where judged_date = {{ as_of_date() }}

),

coverage as (

    select * from {{ ref('rpt_csm_coverage') }}

    where coverage_model = 'all' and capacity_points is not null

)

select
    coalesce(loads.csm_id, coverage.csm_id) as csm_id,
    loads.measure,
    coverage.load_rate

from loads

full outer join coverage on loads.csm_id = coverage.csm_id

-- Who carries little has no condition.
where
    case
        when loads.csm_id is null then coverage.is_overloaded
        else
            coverage.csm_id is null
            or loads.is_firing <> coverage.is_overloaded
            or coalesce(abs(loads.measure - coverage.load_rate) > 1e-9, false)
            or (loads.measure is null) <> (coverage.load_rate is null)
    end
