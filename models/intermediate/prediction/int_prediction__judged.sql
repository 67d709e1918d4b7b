{# The model and the back-test's predictors, by the same held-out accounts and days. #}
{% set populations = {
    'all': 'true',
    'all_without_notice': 'not is_under_notice',
    'able_to_leave': 'is_able_to_leave',
    'able_to_leave_without_notice': 'is_able_to_leave and not is_under_notice',
} %}
with

held_out as (

    select * from {{ ref('int_prediction__scored') }}

    where part = 'held_out'

),

-- Judged by the same accounts: those of the held-out days that have a health score.
judged as (

    select
        held_out.target,
        held_out.account_id,
        held_out.score_date,
        held_out.probability,
        labels.is_churned,
        features.size_tier,
        backtest_days.predictor,
        backtest_days.risk,
        backtest_days.is_under_notice,
        backtest_days.is_able_to_leave

    from held_out

    inner join {{ ref('int_prediction__labels') }} as labels
        on
            held_out.target = labels.target
            and held_out.account_id = labels.account_id
            and held_out.score_date = labels.score_date

    inner join {{ ref('int_prediction__features') }} as features
        on
            held_out.account_id = features.account_id
            and held_out.score_date = features.score_date

    inner join {{ ref('int_health__backtest_days') }} as backtest_days
        on
            held_out.account_id = backtest_days.account_id
            and held_out.score_date = backtest_days.score_date

),

predicted as (

    select * from judged

    union all

    select
        target,
        account_id,
        score_date,
        probability,
        is_churned,
        size_tier,
        'churn_model' as predictor,
        probability as risk,
        is_under_notice,
        is_able_to_leave

    from judged

    where predictor = 'health_score'

),

numbered as (

    select
        *,
        row_number() over (
            partition by target, predictor, score_date
            order by risk desc nulls last, account_id asc
        ) as risk_number,
        count(risk) over (partition by target, predictor, score_date) as known_risks

    from predicted

),

medians as (

    select
        target,
        predictor,
        score_date,
        max(risk) as risk

    from numbered

    where risk_number >= known_risks / 2.0

    group by target, predictor, score_date

),

filled as (

    select
        numbered.target,
        numbered.predictor,
        numbered.size_tier,
        numbered.is_churned,
        numbered.is_under_notice,
        numbered.is_able_to_leave,
        numbered.probability,
        coalesce(numbered.risk, medians.risk, 0) as risk

    from numbered

    left join medians
        on
            numbered.target = medians.target
            and numbered.predictor = medians.predictor
            and numbered.score_date = medians.score_date

)

{% for population, condition in populations.items() %}
{% for segment_kind, segment_value in [('all', "'all'"), ('size_tier', 'size_tier')] %}
select
    '{{ population }}' as population,
    '{{ segment_kind }}' as segment_kind,
    {{ segment_value }} as segment_value,
    target,
    predictor,
    is_churned,
    probability,
    risk

from filled

where {{ condition }}
{{ 'union all' if not loop.last }}
{% endfor %}
{{ 'union all' if not loop.last }}
{% endfor %}
