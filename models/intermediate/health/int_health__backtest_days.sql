{# The score and what it is held against, each turned so that more means likelier to leave. The
   naive formula is taken as its source has it: it mixes scales, and is null without an NPS
   rating. #}
with

outcomes as (

    select * from {{ ref('int_health__backtest_outcomes') }}

),

drivers as (

    select
        account_id,
        score_date,
        max(case when dimension = 'usage_trend' then raw_value end) as usage_trend,
        max(case when dimension = 'breadth' then raw_value end) as feature_adoption,
        max(case when dimension = 'mean_nps_rating' then raw_value end) as nps_rating

    from {{ ref('int_health__drivers') }}

    where dimension in ('usage_trend', 'breadth', 'mean_nps_rating')

    group by account_id, score_date

),

usage_days as (

    select
        account_id,
        activity_date
    from {{ ref('int_usage__account_days') }}

    where active_users > 0

),

solved_tickets as (

    select
        account_id,
        first_solved_date
    from {{ ref('int_support__tickets') }}

    where account_id is not null and first_solved_date is not null

),

active_days as (

    select
        outcomes.account_id,
        outcomes.score_date,
        count(*) as active_days

    from outcomes

    inner join usage_days
        on
            outcomes.account_id = usage_days.account_id
            and usage_days.activity_date <= outcomes.score_date
            and usage_days.activity_date > {{ dbt.dateadd('day', -30, 'outcomes.score_date') }}

    group by outcomes.account_id, outcomes.score_date

),

resolved as (

    select
        outcomes.account_id,
        outcomes.score_date,
        count(*) as tickets

    from outcomes

    inner join solved_tickets
        on
            outcomes.account_id = solved_tickets.account_id
            and solved_tickets.first_solved_date <= outcomes.score_date
            and solved_tickets.first_solved_date
            > {{ dbt.dateadd('day', -30, 'outcomes.score_date') }}

    group by outcomes.account_id, outcomes.score_date

),

predicted as (

    select
        outcomes.*,
        -cast(outcomes.health_score as double) as health_score_risk,
        -(
            0.3 * coalesce(active_days.active_days, 0) / 30.0
            + 0.2 * drivers.feature_adoption
            + 0.2 * coalesce(resolved.tickets, 0)
            + 0.3 * drivers.nps_rating
        ) as naive_formula_risk,
        -drivers.usage_trend as usage_trend_risk,
        -- Without a term the account can leave at the end of any month.
        -cast(coalesce(outcomes.days_to_renewal, 30) as double) as days_to_renewal_risk

    from outcomes

    left join drivers
        on
            outcomes.account_id = drivers.account_id
            and outcomes.score_date = drivers.score_date

    left join active_days
        on
            outcomes.account_id = active_days.account_id
            and outcomes.score_date = active_days.score_date

    left join resolved
        on
            outcomes.account_id = resolved.account_id
            and outcomes.score_date = resolved.score_date

)

{% for predictor in health_predictors() %}
select
    '{{ predictor }}' as predictor,
    account_id,
    score_date,
    is_churned,
    is_under_notice,
    is_able_to_leave,
    health_score,
    cast({{ predictor }}_risk as double) as risk

from predicted

where health_score is not null
{{ 'union all' if not loop.last }}
{% endfor %}
