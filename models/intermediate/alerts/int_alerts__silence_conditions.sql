{# Accounts that fall silent, counted in days with tracking, and small ones long away. #}
{% set days_away = dbt.datediff('active_spans.activity_date', 'rules.judged_date', 'day') %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

tracked_days as (

    select
        activity_date,
        row_number() over (order by activity_date) as tracked_number

    from {{ ref('int_usage__tracked_days') }}

),

account_days as (

    select
        account_days.*,
        tracked_days.tracked_number

    from {{ ref('int_usage__account_days') }} as account_days

    inner join tracked_days on account_days.activity_date = tracked_days.activity_date

),

last_days as (

    select
        account_id,
        tracked_number,
        lead(tracked_number) over (partition by account_id order by tracked_number) as next_number,
        sum(logins) over (
            partition by account_id order by tracked_number
            range between 6 preceding and current row
        ) as logins_of_week

    from account_days

),

fallen_silent as (

    select
        rules.rule,
        last_days.account_id,
        rules.judged_date,
        tracked_days.tracked_number - rules.window_days = last_days.tracked_number as is_firing,
        true as is_holding,
        last_days.logins_of_week as measure,
        cast(tracked_days.tracked_number - last_days.tracked_number as varchar)
        || ' days without anybody, after ' || cast(last_days.logins_of_week as varchar)
        || ' logins in the week before' as reason

    from rules

    inner join tracked_days on rules.judged_date = tracked_days.activity_date

    inner join last_days
        on
            tracked_days.tracked_number - rules.window_days >= last_days.tracked_number
            and tracked_days.tracked_number - 2 * rules.window_days < last_days.tracked_number
            and coalesce(last_days.next_number, tracked_days.tracked_number + 1)
            > tracked_days.tracked_number
            and rules.threshold >= last_days.logins_of_week

    where rules.rule = 'A8'

),

active_spans as (

    select
        account_id,
        activity_date,
        lead(activity_date, 1, {{ far_date() }}) over (
            partition by account_id order by activity_date
        ) as next_date

    from account_days

    where active_users > 0

),

away as (

    select
        rules.rule,
        score_days.account_id,
        rules.judged_date,
        true as is_firing,
        true as is_holding,
        {{ days_away }} as measure,
        'Last active on ' || cast(active_spans.activity_date as varchar) || ', pays '
        || cast(score_days.mrr as varchar) || ' a month' as reason

    from rules

    inner join score_days
        on rules.judged_date = score_days.score_date and rules.limit_value > score_days.mrr

    inner join active_spans
        on
            score_days.account_id = active_spans.account_id
            and score_days.score_date >= active_spans.activity_date
            and score_days.score_date < active_spans.next_date

    where rules.rule = 'A12' and {{ days_away }} > rules.threshold

),

conditions as (

    select * from fallen_silent
    union all
    select * from away

)

select
    conditions.rule,
    'account' as subject_type,
    conditions.account_id as subject_id,
    '' as event_key,
    conditions.judged_date,
    conditions.is_firing,
    conditions.is_holding,
    cast(conditions.measure as double) as measure,
    conditions.reason

from conditions

-- Who has left is nobody's to call.
inner join score_days
    on
        conditions.account_id = score_days.account_id
        and conditions.judged_date = score_days.score_date
