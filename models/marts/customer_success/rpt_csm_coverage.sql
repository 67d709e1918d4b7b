with

csms as (

    select * from {{ ref('dim_csms') }}

    where is_active

),

ownerships as (

    select * from {{ ref('int_crm__ownerships') }}

    where valid_to is null and csm_id is not null

),

accounts as (

    select * from {{ ref('rpt_account_service') }}

),

levels as (

    {{ dated_reference('service_levels', ['coverage_model']) }}

),

ramps as (

    select * from {{ ref('int_coverage__ramps') }}

),

held as (

    select
        ownerships.csm_id,
        accounts.account_id,
        accounts.coverage_model,
        accounts.service_status,
        accounts.mrr * ownerships.share as held_mrr,
        accounts.service_budget * ownerships.share as service_budget,
        accounts.touch_cost * ownerships.share as touch_cost,
        cast(levels.capacity_points as double) * ownerships.share as load_points

    from ownerships

    inner join accounts on ownerships.account_id = accounts.account_id

    left join levels
        on
            accounts.coverage_model = levels.coverage_model
            and levels.valid_from <= {{ as_of_date() }}
            and {{ as_of_date() }} < levels.valid_to

),

by_model as (

    select
        *,
        coverage_model as coverage_group
    from held

    union all

    select
        *,
        'all' as coverage_group
    from held

),

summed as (

    select
        csm_id,
        coverage_group,
        count(distinct account_id) as held_accounts,
        count(distinct case when service_status = 'over_served' then account_id end)
            as over_served_accounts,
        count(distinct case when service_status = 'under_served' then account_id end)
            as under_served_accounts,
        sum(held_mrr) as held_mrr,
        sum(load_points) as load_points,
        sum(service_budget) as service_budget,
        sum(touch_cost) as touch_cost

    from by_model

    group by csm_id, coverage_group

),

weighed as (

    select
        summed.*,
        csms.manager_id,
        csms.capacity_points,
        coalesce(ramps.ramp_weight, 1.0) as ramp_weight,
        cast(csms.capacity_points as double) * cast(coalesce(ramps.ramp_weight, 1.0) as double)
            as usable_points

    from csms

    inner join summed on csms.csm_id = summed.csm_id

    left join ramps on csms.csm_id = ramps.csm_id

)

-- Of somebody who can hold nothing yet, any load is too much, but no share of it.
select
    csm_id,
    coverage_group as coverage_model,
    manager_id,
    cast(held_accounts as bigint) as held_accounts,
    cast(over_served_accounts as bigint) as over_served_accounts,
    cast(under_served_accounts as bigint) as under_served_accounts,
    cast(held_mrr as double) as owned_mrr,
    cast(load_points as double) as load_points,
    cast(capacity_points as decimal(18, 2)) as capacity_points,
    cast(ramp_weight as double) as ramp_weight,
    cast(usable_points as double) as usable_points,
    cast(load_points / nullif(usable_points, 0) as double) as load_rate,
    cast(service_budget as double) as service_budget,
    cast(touch_cost as double) as touch_cost,
    case
        when coverage_group <> 'all' or capacity_points is null then null
        else load_points > usable_points * {{ var('csm_overload_rate') }}
    end as is_overloaded

from weighed
