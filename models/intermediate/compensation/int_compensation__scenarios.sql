{# What pays an employee's quarter, and what every version of today would pay. #}
with

plans as (

    select * from {{ ref('int_compensation__plans') }}

),

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

plan_terms as (

    select
        *,
        case when attribution_method = 'event_date_owner' then transfer_grace_days else 0 end
            as grace_days

    from {{ ref('int_compensation__plan_terms') }}

),

policies as (

    select distinct
        quarter,
        plan_version,
        attribution_method,
        grace_days,
        minimum_book_accounts,
        is_reactivation_counted,
        grr_gate,
        gated_factor,
        factor_cap,
        is_locked_plan,
        is_paid_by

    from plan_terms

),

scenarios as (

    select
        plans.quarter,
        plans.csm_id,
        plans.plan_version,
        plans.currency,
        plans.target_bonus,
        plans.guarantee_amount,
        plans.proration,
        plans.is_ramping,
        plans.is_manager,
        policies.minimum_book_accounts,
        policies.is_reactivation_counted,
        policies.grr_gate,
        policies.gated_factor,
        policies.factor_cap,
        policies.is_locked_plan,
        bases.basis_id,
        'paid' as scenario
    from plans
    inner join bases on plans.quarter = bases.quarter and bases.is_paid_by
    left join policies
        on
            plans.quarter = policies.quarter
            and plans.plan_version = policies.plan_version
            and policies.is_paid_by

    union all

    select
        plans.quarter,
        plans.csm_id,
        policies.plan_version,
        plans.currency,
        plans.target_bonus,
        plans.guarantee_amount,
        plans.proration,
        plans.is_ramping,
        plans.is_manager,
        policies.minimum_book_accounts,
        policies.is_reactivation_counted,
        policies.grr_gate,
        policies.gated_factor,
        policies.factor_cap,
        policies.is_locked_plan,
        bases.basis_id,
        'replay' as scenario
    from plans
    inner join policies on plans.quarter = policies.quarter and not policies.is_locked_plan
    inner join bases
        on
            plans.quarter = bases.quarter
            and policies.attribution_method = bases.attribution_method
            and policies.grace_days = bases.grace_days

)

select * from scenarios
