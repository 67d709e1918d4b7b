{# A second month far below the first. Days without tracking are neither quiet nor busy. #}
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

-- Means of the days with tracking: the first 30 days, and the last 30.
months as (

    select
        score_days.account_id,
        rules.judged_date,
        rules.threshold,
        score_days.tenure_days,
        rules.window_days,
        sum(
            case when tracked_days.activity_date < {{ dbt.dateadd(
                'day', 'rules.window_days', 'score_days.first_paid_date'
            ) }} then coalesce(active_days.active_users, 0) end
        ) as first_user_days,
        sum(
            case when tracked_days.activity_date >= {{ dbt.dateadd(
                'day', '-rules.window_days', 'rules.judged_date'
            ) }} then coalesce(active_days.active_users, 0) end
        ) as last_user_days,
        count(
            case when tracked_days.activity_date < {{ dbt.dateadd(
                'day', 'rules.window_days', 'score_days.first_paid_date'
            ) }} then 1 end
        ) as first_days,
        count(
            case when tracked_days.activity_date >= {{ dbt.dateadd(
                'day', '-rules.window_days', 'rules.judged_date'
            ) }} then 1 end
        ) as last_days

    from rules

    inner join score_days
        on
            rules.judged_date = score_days.score_date
            and score_days.tenure_days
            between 2 * rules.window_days and 3 * rules.window_days

    inner join tracked_days
        on
            score_days.first_paid_date <= tracked_days.activity_date
            and rules.judged_date > tracked_days.activity_date

    left join active_days
        on
            score_days.account_id = active_days.account_id
            and tracked_days.activity_date = active_days.activity_date

    where rules.rule = 'A9'

    group by
        score_days.account_id, rules.judged_date, rules.threshold, score_days.tenure_days,
        rules.window_days

),

conditions as (

    select
        'A9' as rule,
        account_id,
        judged_date,
        tenure_days = 2 * window_days as is_firing,
        true as is_holding,
        1.0 * last_user_days * first_days / (first_user_days * last_days) as measure,
        'Usage of the last ' || cast(window_days as varchar) || ' days is '
        || cast(
            cast(
                100.0 * last_user_days * first_days / (first_user_days * last_days)
                as decimal(12, 0)
            ) as varchar
        ) || '% of that of the first ones' as reason

    from months

    where
        -- Of a window with under half of its days nothing is known.
        2 * first_days >= window_days and 2 * last_days >= window_days
        and first_user_days > 0
        and 1.0 * last_user_days * first_days < threshold * first_user_days * last_days

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
