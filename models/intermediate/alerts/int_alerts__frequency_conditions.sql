{# Weeks in which an account was active: the last thirteen, and the thirteen before. #}
{% set weeks_back = 'floor(' ~ dbt.datediff('%s', 'rules.judged_date', 'day') ~ ' / 7.0)' %}
{% set half_year_start = dbt.dateadd('day', -182, 'rules.judged_date') %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A11'

),

-- A week without a single tracked day is not known to be idle: then nothing is said.
tracked as (

    select
        rules.judged_date,
        rules.limit_value,
        rules.clear_factor

    from rules

    inner join {{ ref('int_usage__tracked_days') }} as tracked_days
        on
            rules.judged_date >= tracked_days.activity_date
            and {{ half_year_start }} < tracked_days.activity_date

    group by rules.judged_date, rules.limit_value, rules.clear_factor

    having count(distinct {{ weeks_back | replace('%s', 'tracked_days.activity_date') }}) = 26

),

weeks as (

    select
        score_days.account_id,
        rules.judged_date,
        rules.limit_value,
        rules.clear_factor,
        count(distinct case
            when {{ weeks_back | replace('%s', 'active_days.activity_date') }} < 13
                then {{ weeks_back | replace('%s', 'active_days.activity_date') }}
        end) as weeks_now,
        count(distinct case
            when {{ weeks_back | replace('%s', 'active_days.activity_date') }} >= 13
                then {{ weeks_back | replace('%s', 'active_days.activity_date') }}
        end) as weeks_before

    from tracked as rules

    inner join {{ ref('int_health__score_days') }} as score_days
        on
            rules.judged_date = score_days.score_date
            and score_days.tenure_days >= 182

    inner join {{ ref('int_usage__account_days') }} as active_days
        on
            score_days.account_id = active_days.account_id
            and active_days.active_users > 0
            and rules.judged_date >= active_days.activity_date
            and {{ half_year_start }} < active_days.activity_date

    group by
        score_days.account_id, rules.judged_date, rules.limit_value, rules.clear_factor

)

select
    'A11' as rule,
    'account' as subject_type,
    account_id as subject_id,
    'active weeks' as event_key,
    judged_date,
    weeks_before - weeks_now >= limit_value as is_firing,
    true as is_holding,
    cast(weeks_before - weeks_now as double) as measure,
    'Active in ' || cast(weeks_now as varchar) || ' of 13 weeks, in '
    || cast(weeks_before as varchar) || ' of the 13 before' as reason

from weeks

where weeks_before - weeks_now >= limit_value * clear_factor
