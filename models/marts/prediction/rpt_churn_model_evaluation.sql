{# Ties are met together, as in rpt_health_backtest. Sums are rounded: they depend on the order. #}
with

levels as (

    select
        target,
        population,
        segment_kind,
        segment_value,
        predictor,
        risk,
        count(*) as scored_accounts,
        count(case when is_churned then 1 end) as churned_accounts,
        sum(
            power(case when is_churned then 1.0 else 0.0 end - probability, 2)
        ) as squared_errors

    from {{ ref('int_prediction__judged') }}

    group by target, population, segment_kind, segment_value, predictor, risk

),

sums as (

    select
        *,
        sum(scored_accounts) over by_risk as scored_down_to,
        sum(churned_accounts) over by_risk as churned_down_to,
        sum(scored_accounts) over together as all_accounts,
        sum(churned_accounts) over together as all_churned

    from levels

    window
        by_risk as (
            partition by target, population, segment_kind, segment_value, predictor
            order by risk desc
        ),
        together as (
            partition by target, population, segment_kind, segment_value, predictor
        )

)

select
    target,
    population,
    segment_kind,
    segment_value,
    predictor,
    cast(max(all_accounts) as bigint) as scored_accounts,
    cast(max(all_churned) as bigint) as churned_accounts,
    round(
        cast(
            sum(cast(churned_accounts as double) * churned_down_to / scored_down_to)
            / nullif(max(all_churned), 0) as double
        ), 9
    ) as pr_auc,
    round(
        cast(
            sum(
                cast(churned_accounts as double) * greatest(
                    0.0,
                    least(
                        1.0,
                        (0.1 * all_accounts - (scored_down_to - scored_accounts)) / scored_accounts
                    )
                )
            ) / nullif(0.1 * max(all_churned), 0) as double
        ), 9
    ) as top_decile_lift,
    round(
        cast(
            case when predictor = 'churn_model' then sum(squared_errors) / max(all_accounts) end
            as double
        ), 9
    ) as brier_score,
    cast(
        max(all_churned) * (max(all_accounts) - max(all_churned))
        / power(max(all_accounts), 2) as double
    ) as base_rate_brier_score

from sums

group by target, population, segment_kind, segment_value, predictor
