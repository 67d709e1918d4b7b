{% set days_paid = dbt.datediff('accounts.first_paid_date', as_of_date(), 'day') %}
with

accounts as (

    select * from {{ ref('dim_accounts') }}

    where mrr > 0 and not is_internal

),

touch_costs as (

    select * from {{ ref('int_coverage__touch_costs') }}

),

levels as (

    {{ dated_reference('service_levels', ['coverage_model']) }}

),

spent as (

    select
        account_id,
        count(*) as touches,
        count(touch_cost) as costed_touches,
        sum(touch_cost) as touch_cost

    from touch_costs

    group by account_id

),

-- Whether anybody writes touches down, and what an hour costs.
sources as (

    select
        count(*) as touches,
        count(touch_cost) as costed_touches

    from touch_costs

),

budgeted as (

    select
        accounts.account_id,
        accounts.csm_id,
        accounts.size_tier,
        accounts.coverage_model,
        accounts.mrr,
        levels.under_served_share,
        -- The part of the year in which it has been a customer.
        cast(
            accounts.mrr * 12 * levels.budget_rate
            * least({{ days_paid }} + 1, 365) / 365 as decimal(18, 2)
        ) as service_budget,
        case
            when sources.touches = 0 then 'no_touches_on_record'
            when sources.costed_touches = 0 then 'no_hourly_costs'
            when levels.coverage_model is null then 'no_service_level'
        end as null_reason,
        coalesce(spent.touches, 0) as touches,
        coalesce(spent.touch_cost, 0) as touch_cost,
        coalesce(spent.touches, 0) - coalesce(spent.costed_touches, 0) as uncosted_touches

    from accounts

    cross join sources

    left join levels
        on
            accounts.coverage_model = levels.coverage_model
            and levels.valid_from <= {{ as_of_date() }}
            and {{ as_of_date() }} < levels.valid_to

    left join spent on accounts.account_id = spent.account_id

)

select
    account_id,
    csm_id,
    size_tier,
    coverage_model,
    case
        when null_reason is not null then null
        when touch_cost > service_budget then 'over_served'
        when touch_cost < service_budget * under_served_share then 'under_served'
        else 'served'
    end as service_status,
    null_reason,
    mrr,
    service_budget,
    cast(case when null_reason is null then touch_cost end as decimal(18, 2)) as touch_cost,
    cast(touches as bigint) as touches,
    cast(uncosted_touches as bigint) as uncosted_touches

from budgeted
