{# What somebody did in the product: visits of the billing page, a full export. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule in ('A23', 'A25')

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

intents as (
    {{ dated_reference('product_events', ['event']) }}
),

visits as (

    select
        event_days.account_id,
        event_days.activity_date,
        case intents.intent when 'billing' then 'A23' else 'A25' end as rule,
        sum(event_days.events) as visits

    from {{ ref('int_usage__user_event_days') }} as event_days

    inner join intents
        on
            event_days.event = intents.event
            and event_days.activity_date >= intents.valid_from
            and event_days.activity_date < intents.valid_to
            and intents.intent in ('billing', 'full_export')

    where event_days.account_id is not null and event_days.events > 0

    group by event_days.account_id, event_days.activity_date, intents.intent

),

counted as (

    select
        rules.rule,
        visits.account_id,
        rules.judged_date,
        rules.threshold,
        rules.clears_by,
        rules.window_days,
        sum(visits.visits) as visits_of_window,
        max(visits.activity_date) as last_visit_date

    from rules

    inner join visits
        on
            rules.rule = visits.rule
            and rules.judged_date >= visits.activity_date
            and {{ dbt.dateadd('day', '-rules.window_days', 'rules.judged_date') }}
            < visits.activity_date

    group by
        rules.rule, visits.account_id, rules.judged_date, rules.threshold, rules.clears_by,
        rules.window_days

)

select
    counted.rule,
    'account' as subject_type,
    counted.account_id as subject_id,
    '' as event_key,
    counted.judged_date,
    counted.last_visit_date = counted.judged_date as is_firing,
    counted.clears_by = 'condition' as is_holding,
    cast(counted.visits_of_window as double) as measure,
    case counted.rule
        when 'A23'
            then
                'Billing page seen ' || cast(counted.visits_of_window as varchar)
                || ' times in ' || cast(counted.window_days as varchar) || ' days'
        else 'Full export requested on ' || cast(counted.last_visit_date as varchar)
    end as reason

from counted

inner join score_days
    on
        counted.account_id = score_days.account_id
        and counted.judged_date = score_days.score_date

where
    counted.visits_of_window >= counted.threshold
    and (counted.last_visit_date = counted.judged_date or counted.clears_by = 'condition')
