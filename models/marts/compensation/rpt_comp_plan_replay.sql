with

earnings as (

    select * from {{ ref('int_compensation__earnings') }}

    where scenario = 'replay'

),

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

statements as (

    select
        *,
        greatest(earned_bonus, guarantee_amount) as paid_amount

    from {{ ref('fct_csm_comp_statements') }}

),

replayed as (

    select
        earnings.*,
        bases.attribution_method,
        statements.plan_version as paid_plan_version,
        statements.status,
        statements.paid_amount,
        case
            when earnings.is_ramping
                then greatest(earnings.earned_bonus, coalesce(earnings.guarantee_amount, 0))
            else earnings.earned_bonus
        end as replayed_amount,
        bases.last_date = {{ as_of_date() }} as is_current

    from earnings

    inner join bases on earnings.basis_id = bases.basis_id

    left join statements
        on earnings.quarter = statements.quarter and earnings.csm_id = statements.csm_id

)

select
    quarter,
    csm_id,
    plan_version,
    attribution_method,
    paid_plan_version,
    status,
    currency,
    opening_book_mrr,
    net_mrr_churn_rate,
    grr,
    payout_factor,
    target_bonus,
    proration,
    earned_bonus,
    cast(replayed_amount as decimal(18, 2)) as replayed_amount,
    cast(paid_amount as decimal(18, 2)) as paid_amount,
    cast(sum(replayed_amount) over by_budget as decimal(18, 2)) as replayed_budget,
    cast(sum(paid_amount) over by_budget as decimal(18, 2)) as paid_budget,
    cast(case when is_current then earned_bonus_expanded - earned_bonus end as decimal(18, 2))
        as next_expanded_bonus,
    cast(case when is_current then earned_bonus_saved - earned_bonus end as decimal(18, 2))
        as next_saved_bonus

from replayed

window by_budget as (partition by quarter, plan_version, currency)
