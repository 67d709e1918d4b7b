{# How well a predictor ranks, by its distinct values from the riskiest down: what ties is met
   together, so no figure depends on the order of equals. #}
with

ranked as (

    select * from {{ ref('int_health__backtest_populations') }}

),

-- Once per day, once over all days.
spans as (

    select
        population,
        predictor,
        score_date,
        is_churned,
        risk
    from ranked

    union all

    select
        population,
        predictor,
        cast(null as date) as score_date,
        is_churned,
        risk
    from ranked

),

levels as (

    select
        population,
        predictor,
        score_date,
        risk,
        count(*) as scored_accounts,
        count(case when is_churned then 1 end) as churned_accounts

    from spans

    group by population, predictor, score_date, risk

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
        by_risk as (partition by population, predictor, score_date order by risk desc),
        together as (partition by population, predictor, score_date)

),

measured as (

    select
        population,
        predictor,
        score_date,
        max(all_accounts) as scored_accounts,
        max(all_churned) as churned_accounts,
        -- Of all pairs of one that left and one that stayed: how often the first stands higher.
        sum(
            cast(churned_accounts as double) * (
                (all_accounts - all_churned) - (scored_down_to - churned_down_to)
                + (scored_accounts - churned_accounts) / 2.0
            )
        ) / nullif(max(all_churned) * max(all_accounts - all_churned), 0) as auc,
        sum(cast(churned_accounts as double) * churned_down_to / scored_down_to)
        / nullif(max(all_churned), 0) as pr_auc,
        -- The level that crosses the decile counts with its part.
        sum(
            cast(churned_accounts as double) * greatest(
                0.0,
                least(
                    1.0,
                    (0.1 * all_accounts - (scored_down_to - scored_accounts)) / scored_accounts
                )
            )
        ) / nullif(0.1 * max(all_churned), 0) as top_decile_lift

    from sums

    group by population, predictor, score_date

)

select
    population,
    predictor,
    cast(scored_accounts as bigint) as scored_accounts,
    cast(churned_accounts as bigint) as churned_accounts,
    cast(auc as double) as auc,
    cast(pr_auc as double) as pr_auc,
    cast(top_decile_lift as double) as top_decile_lift,
    score_date

from measured
