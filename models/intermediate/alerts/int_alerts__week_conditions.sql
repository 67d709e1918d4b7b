{# Weak weeks of who should adopt by now. Days without tracking are neither quiet nor busy. #}
{% set weeks_back = [(6, 0), (13, 7)] %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

score_days as (

    select score_days.*

    from {{ ref('int_health__score_days') }} as score_days

    inner join {{ ref('int_alerts__days') }} as judged_days
        on score_days.score_date = judged_days.judged_date

),

active_days as (

    select * from {{ ref('int_usage__account_days') }}

    where active_users > 0

),

tracked_days as (

    select activity_date from {{ ref('int_usage__tracked_days') }}

),

tracked_weeks as (

    select
        rules.judged_date,
        {%- for first, last in weeks_back %}
        count(
            case
                when
                    {{ dbt.datediff('tracked_days.activity_date', 'rules.judged_date', 'day') }}
                    between {{ last }} and {{ first }}
                    then 1
            end
        ) as tracked_{{ loop.index }},
        {%- endfor %}
        rules.threshold

    from rules

    inner join tracked_days
        on
            tracked_days.activity_date <= rules.judged_date
            and tracked_days.activity_date
            > {{ dbt.dateadd('day', -14, 'rules.judged_date') }}

    where rules.rule = 'A3'

    group by rules.judged_date, rules.threshold

),

weeks as (

    select
        score_days.account_id,
        tracked_weeks.judged_date,
        tracked_weeks.threshold,
        {%- for first, last in weeks_back %}
        count(
            case
                when
                    {{ dbt.datediff('active_days.activity_date', 'score_days.score_date', 'day') }}
                    between {{ last }} and {{ first }}
                    then 1
            end
        ) as active_{{ loop.index }},
        {%- endfor %}
        tracked_weeks.tracked_1,
        tracked_weeks.tracked_2

    from score_days

    inner join tracked_weeks on score_days.score_date = tracked_weeks.judged_date

    left join active_days
        on
            score_days.account_id = active_days.account_id
            and score_days.score_date >= active_days.activity_date
            and {{ dbt.dateadd('day', -14, 'score_days.score_date') }} < active_days.activity_date

    where score_days.journey_stage = 'adoption' and score_days.tenure_days >= 14

    group by
        score_days.account_id, tracked_weeks.judged_date, tracked_weeks.threshold,
        tracked_weeks.tracked_1, tracked_weeks.tracked_2

),

conditions as (

    select
        'A3' as rule,
        account_id,
        judged_date,
        active_1 * 7 < threshold * tracked_1 and active_2 * 7 < threshold * tracked_2
            as is_firing,
        active_1 * 7 < threshold * tracked_1 as is_holding,
        active_1 as measure,
        'Active on ' || cast(active_1 as varchar) || ' of ' || cast(tracked_1 as varchar)
        || ' days, and on ' || cast(active_2 as varchar) || ' of ' || cast(tracked_2 as varchar)
        || ' the week before' as reason

    from weeks

    -- Of a week with under half of its days nothing is known.
    where tracked_1 >= 4 and tracked_2 >= 4

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

where is_firing or is_holding
