{# Who uses what sets their plan apart, and has seen its value. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A17'

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

first_values as (

    select
        account_id,
        max(coalesce(reached_date, {{ far_date() }})) as reached_date

    from {{ ref('int_journey__milestones') }}

    where is_source_on and is_first_value

    group by account_id

),

tier_days as (

    select distinct
        account_id,
        activity_date

    from {{ ref('int_usage__uses') }}

    where use_kind = 'tier_feature_user'

),

ready as (

    select
        rules.rule,
        score_days.account_id,
        rules.judged_date,
        rules.threshold,
        rules.window_days,
        count(*) as tier_days

    from rules

    inner join score_days on rules.judged_date = score_days.score_date

    inner join first_values
        on
            score_days.account_id = first_values.account_id
            and score_days.score_date >= first_values.reached_date

    inner join tier_days
        on
            score_days.account_id = tier_days.account_id
            and score_days.score_date >= tier_days.activity_date
            and {{ dbt.dateadd('day', '-rules.window_days', 'rules.judged_date') }}
            < tier_days.activity_date

    group by
        rules.rule, score_days.account_id, rules.judged_date, rules.threshold, rules.window_days

    having count(*) >= rules.threshold

)

select
    rule,
    'account' as subject_type,
    account_id as subject_id,
    '' as event_key,
    judged_date,
    true as is_firing,
    true as is_holding,
    cast(tier_days as double) as measure,
    'A feature of the plan''s tier was used on ' || cast(tier_days as varchar) || ' of '
    || cast(window_days as varchar) || ' days, and the first value is reached' as reason

from ready
