select
    dispute_id,
    csm_id,
    quarter,
    line_id as comp_line_id,
    state,
    coalesce(trim(resolution), '') <> '' as has_resolution,
    opened_on,
    resolved_on

from {{ ref('stg_comp__disputes') }}

where is_current and not is_deleted and coalesce(opened_on <= {{ as_of_date() }}, true)
