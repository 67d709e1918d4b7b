{# Load of CSMs beside what they can carry: points of the accounts they held on the day, by tier,
   against their capacity, of which somebody new has the use only by and by. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A15'

),

size_tiers as (
    {{ dated_reference('size_tiers', ['size_tier']) }}
),

service_levels as (
    {{ dated_reference('service_levels', ['coverage_model']) }}
),

assignments as (

    select
        employee_id,
        ramp_started_on,
        valid_from,
        coalesce(valid_to, {{ far_date() }}) as valid_to

    from {{ ref('stg_comp__plan_assignments') }}

    where is_current and not is_deleted and ramp_started_on is not null

),

loads as (

    select
        ownerships.csm_id,
        rules.judged_date,
        rules.threshold,
        rules.clear_factor,
        sum(cast(service_levels.capacity_points as double) * ownerships.share) as load_points

    from rules

    inner join {{ ref('int_health__score_days') }} as score_days
        on rules.judged_date = score_days.score_date

    inner join {{ ref('int_crm__ownerships') }} as ownerships
        on
            score_days.account_id = ownerships.account_id
            and ownerships.csm_id is not null
            and score_days.score_date >= ownerships.valid_from
            and score_days.score_date < coalesce(ownerships.valid_to, {{ far_date() }})

    inner join size_tiers
        on
            score_days.size_tier = size_tiers.size_tier
            and score_days.score_date >= size_tiers.valid_from
            and score_days.score_date < size_tiers.valid_to

    inner join service_levels
        on
            size_tiers.coverage_model = service_levels.coverage_model
            and score_days.score_date >= service_levels.valid_from
            and score_days.score_date < service_levels.valid_to

    group by
        ownerships.csm_id, rules.judged_date, rules.threshold, rules.clear_factor

),

weighed as (

    select
        loads.csm_id,
        loads.judged_date,
        loads.threshold,
        loads.clear_factor,
        loads.load_points,
        cast(employees.capacity_points as double)
        * min({{ ramp_weight('assignments.ramp_started_on', 'loads.judged_date') }})
            as usable_points

    from loads

    inner join {{ ref('int_people__employees') }} as employees
        on loads.csm_id = employees.employee_id and employees.capacity_points is not null

    left join assignments
        on
            loads.csm_id = assignments.employee_id
            and loads.judged_date >= assignments.valid_from
            and loads.judged_date < assignments.valid_to

    group by
        loads.csm_id, loads.judged_date, loads.threshold, loads.clear_factor,
        loads.load_points, employees.capacity_points

)

select
    'A15' as rule,
    'csm' as subject_type,
    csm_id as subject_id,
    '' as event_key,
    judged_date,
    load_points > usable_points * threshold as is_firing,
    true as is_holding,
    cast(load_points / nullif(usable_points, 0) as double) as measure,
    cast(cast(load_points as decimal(12, 1)) as varchar) || ' points of accounts, '
    || cast(cast(usable_points as decimal(12, 1)) as varchar) || ' can be carried' as reason

from weighed

where
    cast(load_points as decimal(18, 9))
    > cast(usable_points * threshold * clear_factor as decimal(18, 9))
