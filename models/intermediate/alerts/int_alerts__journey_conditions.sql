{# Milestones that should have been reached, and those that just were. #}
{% set missed = {
    'A4': 'onboarding', 'A5': 'adoption', 'A6': 'value_realisation', 'A7': 'expansion',
} %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

-- Where nobody can see whether a milestone was reached, it is neither reached nor missed.
milestones as (

    select * from {{ ref('int_journey__milestones') }}

    where is_source_on

),

open_milestones as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.tenure_days,
        milestones.stage,
        milestones.milestone

    from score_days

    inner join milestones
        on
            score_days.account_id = milestones.account_id
            and coalesce(milestones.reached_date, {{ far_date() }}) > score_days.score_date

),

missed as (

    select
        rules.rule,
        open_milestones.account_id,
        rules.judged_date,
        rules.threshold,
        rules.opens_once,
        min(open_milestones.milestone) as milestone,
        max(open_milestones.tenure_days) as tenure_days

    from rules

    inner join open_milestones
        on
            rules.judged_date = open_milestones.score_date
            and rules.threshold <= open_milestones.tenure_days
            and case rules.rule
                {%- for rule, stage in missed.items() %}
                when '{{ rule }}' then '{{ stage }}'
                {%- endfor %}
            end = open_milestones.stage

    group by
        rules.rule, open_milestones.account_id, rules.judged_date, rules.threshold,
        rules.opens_once

),

reached as (

    select
        rules.rule,
        score_days.account_id,
        rules.judged_date,
        min(milestones.milestone) as milestone,
        count(*) as milestones

    from rules

    inner join milestones on rules.judged_date = milestones.reached_date

    inner join score_days
        on
            milestones.account_id = score_days.account_id
            and milestones.reached_date = score_days.score_date

    where rules.rule = 'A19'

    group by rules.rule, score_days.account_id, rules.judged_date

),

conditions as (

    select
        rule,
        account_id,
        judged_date,
        tenure_days = threshold or not opens_once as is_firing,
        true as is_holding,
        tenure_days as measure,
        'Day ' || cast(tenure_days as varchar) || ' and milestone ' || milestone
        || ', due by day ' || cast(cast(threshold as integer) as varchar)
        || ', is not reached' as reason

    from missed

    union all

    select
        rule,
        account_id,
        judged_date,
        true as is_firing,
        false as is_holding,
        milestones as measure,
        'Milestone ' || milestone || ' is reached' as reason

    from reached

)

select
    rule,
    'account' as subject_type,
    account_id as subject_id,
    '' as event_key,
    judged_date,
    is_firing,
    is_holding,
    cast(measure as double) as measure,
    reason

from conditions
