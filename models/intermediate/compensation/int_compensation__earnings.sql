{# The factor that the curve gives a measured quarter, and what it pays. #}
with

rates as (

    select * from {{ ref('int_compensation__rates') }}

),

plan_terms as (

    select * from {{ ref('int_compensation__plan_terms') }}

),

curved as (

    select
        rates.*,
        plan_terms.segment_number,
        plan_terms.base_factor
        + coalesce(plan_terms.slope * (plan_terms.to_rate - rates.net_mrr_churn_rate), 0)
            as curve_factor

    from rates

    left join plan_terms
        on
            rates.quarter = plan_terms.quarter
            and rates.plan_version = plan_terms.plan_version
            and rates.is_locked_plan = plan_terms.is_locked_plan
            and coalesce(plan_terms.from_rate, -999999999)
            < {{ compared_rate('rates.net_mrr_churn_rate') }}
            and {{ compared_rate('rates.net_mrr_churn_rate') }}
            <= coalesce(plan_terms.to_rate, 999999999)

),

-- A curve whose segments overlap is refused by a test; here the first of them speaks.
chosen as (

    select
        *,
        row_number() over (
            partition by quarter, csm_id, plan_version, scenario, variant
            order by segment_number
        ) as segment_choice,
        not is_manager and book_accounts < minimum_book_accounts as is_below_minimum,
        coalesce({{ compared_rate('grr') }} < grr_gate, false) as is_gated

    from curved

),

factored as (

    select
        *,
        case
            when is_below_minimum or net_mrr_churn_rate is null then 0
            else
                least(
                    curve_factor,
                    coalesce(factor_cap, curve_factor),
                    case
                        when is_gated then coalesce(gated_factor, curve_factor) else curve_factor
                    end
                )
        end as payout_factor

    from chosen

    where segment_choice = 1

),

earned as (

    select
        *,
        {{ round_money('target_bonus * payout_factor * proration', 2) }} as earned_bonus

    from factored

),

varied as (

    select
        *,
        max(case when variant = 'without_exclusions' then earned_bonus end) over by_plan
            as earned_bonus_without_exclusions,
        max(case when variant = 'expanded' then earned_bonus end) over by_plan
            as earned_bonus_expanded,
        max(case when variant = 'saved' then earned_bonus end) over by_plan as earned_bonus_saved

    from earned

    window by_plan as (partition by quarter, csm_id, plan_version, scenario)

)

select
    quarter,
    csm_id,
    plan_version,
    scenario,
    basis_id,
    currency,
    target_bonus,
    guarantee_amount,
    proration,
    is_ramping,
    is_manager,
    is_below_minimum,
    is_gated,
    book_accounts,
    opening_book_mrr,
    net_mrr_churn_rate,
    grr,
    cast(payout_factor as double) as payout_factor,
    earned_bonus,
    earned_bonus_without_exclusions,
    earned_bonus_expanded,
    earned_bonus_saved

from varied

where variant = 'applied'
