{# Satisfaction that falls, and a bad word. #}
{% set csat_fall = '100.0 * (good_before * 1.0 / ratings_before - good_now * 1.0 / ratings_now)' %}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

ratings as (

    select * from {{ ref('int_voice__ratings') }}

),

windows as (

    select
        rule,
        judged_date,
        threshold,
        clear_factor,
        cast({{ dbt.dateadd('day', '-window_days', 'judged_date') }} as date) as middle_date,
        cast({{ dbt.dateadd('day', '-2 * window_days', 'judged_date') }} as date) as start_date

    from rules

    where rule = 'A11'

),

rated as (

    select
        windows.rule,
        score_days.account_id,
        windows.judged_date,
        windows.threshold,
        windows.clear_factor,
        count(case when ratings.rated_on > windows.middle_date then 1 end) as ratings_now,
        count(case when ratings.rated_on > windows.middle_date and ratings.is_good then 1 end)
            as good_now,
        count(case when ratings.rated_on <= windows.middle_date then 1 end) as ratings_before,
        count(case when ratings.rated_on <= windows.middle_date and ratings.is_good then 1 end)
            as good_before

    from windows

    inner join score_days on windows.judged_date = score_days.score_date

    inner join ratings
        on
            score_days.account_id = ratings.account_id
            and windows.start_date < ratings.rated_on
            and score_days.score_date >= ratings.rated_on

    group by
        windows.rule, score_days.account_id, windows.judged_date, windows.threshold,
        windows.clear_factor

),

fallen as (

    select
        *,
        cast({{ csat_fall }} as decimal(18, 9)) as points_lost,
        cast(threshold * clear_factor as decimal(18, 9)) as clears_at

    from rated

    -- Of a handful of ratings a share says nothing.
    where
        ratings_now >= {{ var('alert_least_ratings') }}
        and ratings_before >= {{ var('alert_least_ratings') }}

),

bad_words as (

    select
        account_id,
        responded_on as said_on,
        'NPS rating ' || cast(score as varchar) as what_was_said,
        score as measure
    from {{ ref('int_voice__responses') }}

    union all

    select
        account_id,
        rated_on as said_on,
        'bad rating of a ticket' as what_was_said,
        null as measure
    from ratings

    where not is_good

)

select
    rule,
    'account' as subject_type,
    account_id as subject_id,
    'csat' as event_key,
    judged_date,
    points_lost >= threshold as is_firing,
    points_lost >= clears_at as is_holding,
    cast(points_lost as double) as measure,
    'CSAT of 90 days is ' || cast(cast(points_lost as decimal(12, 0)) as varchar)
    || ' points below that of the 90 before' as reason

from fallen

where points_lost >= clears_at

union all

select
    rules.rule,
    'account' as subject_type,
    score_days.account_id as subject_id,
    '' as event_key,
    rules.judged_date,
    true as is_firing,
    false as is_holding,
    cast(min(bad_words.measure) as double) as measure,
    min(bad_words.what_was_said) as reason

from rules

inner join bad_words on rules.judged_date = bad_words.said_on

inner join score_days
    on
        bad_words.account_id = score_days.account_id
        and rules.judged_date = score_days.score_date

where rules.rule = 'A22' and coalesce(bad_words.measure, 0) <= rules.threshold

group by rules.rule, score_days.account_id, rules.judged_date
