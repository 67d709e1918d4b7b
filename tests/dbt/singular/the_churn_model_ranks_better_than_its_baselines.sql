-- A model that ranks no better than the score, or is further off than the base rate, is not worth
-- reading. Fewer than 20 churned accounts say nothing either way.
{{ config(severity='warn') }}
with

evaluated as (

    select * from {{ ref('rpt_churn_model_evaluation') }}

    where segment_kind = 'all' and population = 'all' and churned_accounts >= 20

)

select
    models.target,
    baselines.predictor,
    models.pr_auc as model_pr_auc,
    baselines.pr_auc as baseline_pr_auc,
    models.top_decile_lift as model_lift,
    baselines.top_decile_lift as baseline_lift,
    models.brier_score,
    models.base_rate_brier_score

from evaluated as models

inner join evaluated as baselines on models.target = baselines.target

where
    models.predictor = 'churn_model'
    and baselines.predictor <> 'churn_model'
    and (
        models.pr_auc <= baselines.pr_auc
        or models.top_decile_lift <= baselines.top_decile_lift
        or models.brier_score >= models.base_rate_brier_score
    )
