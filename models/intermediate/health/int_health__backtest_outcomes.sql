{# Days from which the window and a month of late arrivals have passed, and what became of the
   account. Scores are taken as they were first known. #}
{% set window_days = var('health_backtest_days') %}
{% set judged_after = window_days + var('health_backtest_delay_days') %}
with

scores as (

    select * from {{ ref('int_health__scores') }}

    where
        reading_number = 1
        and score_date
        <= {{ dbt.dateadd('day', -judged_after, as_of_date()) }}

),

-- An account whose subscriptions went over to another one has not churned.
churns as (

    select
        account_id,
        movement_date as churn_date
    from {{ ref('int_revenue__account_movements') }}

    where movement_type = 'churn'

),

notices as (

    select
        account_id,
        renewal_notice_date as notice_date,
        open_until_date

    from {{ ref('int_renewals__opportunities') }}

    where opportunity_type = 'renewal' and renewal_notice_date is not null

),

terms as (

    select * from {{ ref('int_renewals__terms') }}

),

churned as (

    select
        scores.account_id,
        scores.score_date,
        min(churns.churn_date) as churn_date

    from scores

    inner join churns
        on
            scores.account_id = churns.account_id
            and churns.churn_date > scores.score_date
            and churns.churn_date
            <= {{ dbt.dateadd('day', window_days, 'scores.score_date') }}

    group by scores.account_id, scores.score_date

),

noticed as (

    select distinct
        scores.account_id,
        scores.score_date

    from scores

    inner join notices
        on
            scores.account_id = notices.account_id
            and scores.score_date >= notices.notice_date
            and scores.score_date < notices.open_until_date

),

running_terms as (

    select
        scores.account_id,
        scores.score_date,
        min(terms.due_date) as next_due_date,
        max(terms.due_date) as last_due_date

    from scores

    inner join terms
        on
            scores.account_id = terms.account_id
            and scores.score_date >= terms.term_start
            and scores.score_date < terms.run_end_date

    group by scores.account_id, scores.score_date

)

select
    scores.account_id,
    scores.score_date,
    scores.health_score,
    churned.churn_date,
    churned.churn_date is not null as is_churned,
    noticed.account_id is not null as is_under_notice,
    coalesce(
        running_terms.last_due_date
        <= {{ dbt.dateadd('day', window_days, 'scores.score_date') }},
        true
    ) as is_able_to_leave,
    {{ dbt.datediff('scores.score_date', 'running_terms.next_due_date', 'day') }}
        as days_to_renewal

from scores

left join churned
    on scores.account_id = churned.account_id and scores.score_date = churned.score_date

left join noticed
    on scores.account_id = noticed.account_id and scores.score_date = noticed.score_date

left join running_terms
    on
        scores.account_id = running_terms.account_id
        and scores.score_date = running_terms.score_date
