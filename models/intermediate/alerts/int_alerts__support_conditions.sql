{# First replies that are late by the hours of the rule, counted while support is open. #}
{% set late_date = reporting_day('reply_targets.alert_at') %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A16'

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

-- Where nobody can see replies, none is late.
seen as (

    select min(first_date) as first_date

    from {{ ref('int_health__sources') }}

    where source_table in ('zendesk.ticket_comment', 'zendesk.ticket_sla_event')

),

-- Solved without an answer, nobody waits any more.
waiting as (

    select
        tickets.ticket_id,
        tickets.account_id,
        {{ late_date }} as late_date,
        cast({{ dbt.dateadd('day', 1, late_date) }} as date) as day_after,
        coalesce({{ reporting_day('replies.replied_at') }}, {{ far_date() }}) as replied_date,
        coalesce(tickets.first_solved_date, {{ far_date() }}) as solved_date,
        coalesce(replies.replied_at, reply_targets.alert_at) >= reply_targets.alert_at as is_late

    from {{ ref('int_support__tickets') }} as tickets

    inner join {{ ref('int_support__reply_targets') }} as reply_targets
        on tickets.ticket_id = reply_targets.ticket_id and reply_targets.alert_at is not null

    inner join {{ ref('int_support__first_replies') }} as replies
        on tickets.ticket_id = replies.ticket_id

)

select
    rules.rule,
    'account' as subject_type,
    score_days.account_id as subject_id,
    '' as event_key,
    rules.judged_date,
    true as is_firing,
    true as is_holding,
    cast(count(*) as double) as measure,
    cast(count(*) as varchar) || ' tickets without a first reply within '
    || cast(cast(max(rules.threshold) as integer) as varchar)
    || ' business hours, among them ' || min(waiting.ticket_id) as reason

from rules

inner join seen on rules.judged_date >= seen.first_date

inner join score_days on rules.judged_date = score_days.score_date

-- Answered by the evening it is over, but what became late that very day is heard of.
inner join waiting
    on
        score_days.account_id = waiting.account_id
        and rules.judged_date >= waiting.late_date
        and rules.judged_date < waiting.solved_date
        and rules.judged_date < greatest(waiting.replied_date, waiting.day_after)

where waiting.is_late

group by rules.rule, score_days.account_id, rules.judged_date
