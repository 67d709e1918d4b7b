-- A build cannot know the results of the checks made on it: publish writes them into the version.
select
    cast(null as varchar) as quality_result_id,
    cast(null as varchar) as run_id,
    cast(null as varchar) as check_name,
    cast(null as varchar) as check_kind,
    cast(null as varchar) as subject,
    cast(null as varchar) as severity,
    cast(null as varchar) as outcome,
    cast(null as varchar) as observed

where 1 = 0
