{# How much of their capacity employees can use today: somebody new holds accounts of their own
   only by and by. #}
with

assignments as (

    select
        employee_id,
        ramp_started_on,
        row_number() over (partition by employee_id order by valid_from desc) as last_number

    from {{ ref('stg_comp__plan_assignments') }}

    where is_current and not is_deleted and valid_from <= {{ as_of_date() }}

)

select
    employee_id as csm_id,
    {{ ramp_weight('ramp_started_on', as_of_date()) }} as ramp_weight

from assignments

where last_number = 1
