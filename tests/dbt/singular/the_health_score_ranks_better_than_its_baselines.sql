-- A score that loses to a formula anybody can write, or to usage trend alone, is not worth its
-- weights. Fewer than 20 churned accounts say nothing either way.
{{ config(severity='warn') }}
with

pooled as (

    select * from {{ ref('rpt_health_backtest') }}

    where
        score_date is null
        and population = 'able_to_leave_without_notice'
        and churned_accounts >= 20

)

select
    baselines.predictor,
    baselines.auc as baseline_auc,
    scores.auc as score_auc,
    baselines.pr_auc as baseline_pr_auc,
    scores.pr_auc as score_pr_auc

from pooled as baselines

cross join pooled as scores

where
    scores.predictor = 'health_score'
    and baselines.predictor in ('naive_formula', 'usage_trend')
    and (baselines.auc > scores.auc or baselines.pr_auc > scores.pr_auc)
