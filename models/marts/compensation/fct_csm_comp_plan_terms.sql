with

plan_terms as (

    select * from {{ ref('int_compensation__plan_terms') }}

    where is_paid_by

),

plans as (

    select distinct
        quarter,
        plan_version

    from {{ ref('int_compensation__plans') }}

)

select
    plan_terms.quarter,
    plan_terms.plan_version,
    plan_terms.attribution_method,
    plan_terms.transfer_grace_days,
    plan_terms.minimum_book_accounts,
    cast(plan_terms.segment_number as integer) as segment_number,
    plan_terms.from_rate,
    plan_terms.to_rate,
    plan_terms.base_factor,
    plan_terms.slope,
    plan_terms.grr_gate,
    plan_terms.gated_factor,
    plan_terms.factor_cap,
    plan_terms.is_reactivation_counted

from plan_terms

inner join plans
    on plan_terms.quarter = plans.quarter and plan_terms.plan_version = plans.plan_version
