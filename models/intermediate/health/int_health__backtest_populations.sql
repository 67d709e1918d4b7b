{# A predictor that says nothing of an account (naive formula without NPS) puts it in the
   middle of the others, so that all are judged by the same accounts. #}
{% set populations = {
    'all': 'true',
    'all_without_notice': 'not is_under_notice',
    'able_to_leave': 'is_able_to_leave',
    'able_to_leave_without_notice': 'is_able_to_leave and not is_under_notice',
} %}
with

days as (

    select
        *,
        row_number() over by_risk as risk_number,
        count(risk) over by_predictor as known_risks

    from {{ ref('int_health__backtest_days') }}

    window
        by_predictor as (partition by predictor, score_date),
        by_risk as (
            partition by predictor, score_date order by risk desc nulls last, account_id asc
        )

),

medians as (

    select
        predictor,
        score_date,
        max(risk) as risk

    from days

    where risk_number >= known_risks / 2.0

    group by predictor, score_date

)

{% for population, condition in populations.items() %}
select
    '{{ population }}' as population,
    days.predictor,
    days.score_date,
    days.is_churned,
    coalesce(days.risk, medians.risk, 0) as risk

from days

left join medians
    on days.predictor = medians.predictor and days.score_date = medians.score_date

where {{ condition }}
{{ 'union all' if not loop.last }}
{% endfor %}
