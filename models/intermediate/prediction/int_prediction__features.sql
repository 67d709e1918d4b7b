{# Month ends and the as-of day. Values are those first published for the day; renewals and MRR
   changes hold by their own dates up to it. #}
{% set dimensions = [
    'active_weekdays', 'seat_utilisation', 'user_engagement', 'engagement_rhythm', 'usage_trend',
    'breadth', 'depth', 'integrations', 'milestones_on_time', 'time_to_first_value', 'goals_met',
    'open_severe_tickets', 'ticket_intensity', 'reopened', 'first_reply_in_sla',
    'mean_nps_rating', 'csat', 'survey_response', 'meeting_recency', 'multi_threading',
    'executive_sponsor', 'champion_change', 'dunning', 'mrr_trend', 'renewal_readiness',
    'price_shock', 'exit_intent', 'commitment',
] %}
with

scores as (

    select * from {{ ref('int_health__scores') }}

    where
        reading_number = 1
        and (score_date = {{ as_of_date() }} or {{ is_month_end('score_date') }})

),

drivers as (

    select
        account_id,
        score_date,
    {% for dimension in dimensions %}
    max(case when dimension = '{{ dimension }}' then raw_value end) as {{ dimension }}
    {{- ',' if not loop.last }}
    {% endfor %}

    from {{ ref('int_health__drivers') }}

    group by account_id, score_date

),

balances as (

    select
        account_id,
        closing_mrr as mrr,
        change_date as valid_from,
        coalesce(
            lead(change_date) over by_account, {{ far_date() }}
        ) as valid_to

    from {{ ref('int_revenue__account_days') }}

    window by_account as (partition by account_id order by change_date)

),

contracts as (

    select * from {{ ref('int_prediction__contracts') }}

),

quarters_ago as (

    select
        scores.account_id,
        scores.score_date,
        balances.mrr

    from scores

    inner join balances
        on
            scores.account_id = balances.account_id
            and balances.valid_from <= {{ dbt.dateadd('day', -90, 'scores.score_date') }}
            and balances.valid_to > {{ dbt.dateadd('day', -90, 'scores.score_date') }}

),

tenures as (

    select
        account_id,
        min(valid_from) as first_paid_date

    from balances

    where mrr > 0

    group by account_id

)

select
    scores.account_id,
    scores.size_tier,
    scores.journey_stage,
    {% for dimension in dimensions %}
    drivers.{{ dimension }},
    {% endfor %}
    cast(scores.health_score as double) as health_score,
    scores.coverage,
    cast(scores.mrr as double) as mrr,
    cast(scores.mrr / nullif(quarters_ago.mrr, 0) as double) - 1 as mrr_change_90d,
    cast(
        {{ dbt.datediff('tenures.first_paid_date', 'scores.score_date', 'day') }}
        as double
    ) as tenure_days,
    contracts.term_months,
    cast(
        {{ dbt.datediff('scores.score_date', 'contracts.next_due_date', 'day') }}
        as double
    ) as days_to_renewal,
    case when contracts.is_under_notice then 1.0 else 0.0 end as is_under_notice,
    case
        when
            contracts.last_due_date
            > {{ dbt.dateadd('day', var('health_backtest_days'), 'scores.score_date') }}
            then 0.0
        else 1.0
    end as is_able_to_leave,
    scores.score_date = {{ as_of_date() }} as is_as_of_day,
    scores.score_date

from scores

left join drivers
    on scores.account_id = drivers.account_id and scores.score_date = drivers.score_date

left join contracts
    on scores.account_id = contracts.account_id and scores.score_date = contracts.score_date

left join quarters_ago
    on
        scores.account_id = quarters_ago.account_id
        and scores.score_date = quarters_ago.score_date

left join tenures on scores.account_id = tenures.account_id
