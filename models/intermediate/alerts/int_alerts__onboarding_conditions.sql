{# What is late while an account is in onboarding. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

-- Where nobody can see whether a milestone was reached, it is neither reached nor missed.
milestones as (

    select
        account_id,
        stage,
        milestone,
        is_first_value,
        coalesce(reached_date, {{ far_date() }}) as reached_date

    from {{ ref('int_journey__milestones') }}

    where is_source_on

),

-- The first meeting or call after the first paid day is the kickoff.
meetings as (

    select
        account_id,
        touched_on
    from {{ ref('int_relationship__touches') }}

    where touch_kind in ('meeting', 'call')

),

first_days as (

    select distinct
        account_id,
        first_paid_date
    from score_days

),

kickoffs as (

    select
        first_days.account_id,
        coalesce(min(meetings.touched_on), {{ far_date() }}) as kickoff_date,
        sum(count(meetings.touched_on)) over () as meetings_of_all

    from first_days

    left join meetings
        on
            first_days.account_id = meetings.account_id
            and first_days.first_paid_date <= meetings.touched_on

    group by first_days.account_id

),

late as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.tenure_days,
        'kickoff' as cause

    from score_days

    inner join kickoffs
        on
            score_days.account_id = kickoffs.account_id
            and score_days.score_date < kickoffs.kickoff_date
            -- Without any meeting of anybody no calendar was landed.
            and kickoffs.meetings_of_all > 0

    where score_days.journey_stage = 'onboarding'

    union all

    select distinct
        score_days.account_id,
        score_days.score_date,
        score_days.tenure_days,
        'first value' as cause

    from score_days

    inner join milestones
        on
            score_days.account_id = milestones.account_id
            and score_days.score_date < milestones.reached_date
            and milestones.is_first_value

    where score_days.journey_stage = 'onboarding'

    union all

    select distinct
        score_days.account_id,
        score_days.score_date,
        score_days.tenure_days,
        'onboarding' as cause

    from score_days

    inner join milestones
        on
            score_days.account_id = milestones.account_id
            and score_days.score_date < milestones.reached_date
            and milestones.stage = 'onboarding'

    where score_days.journey_stage = 'onboarding'

)

select
    rules.rule,
    'account' as subject_type,
    late.account_id as subject_id,
    late.cause as event_key,
    rules.judged_date,
    true as is_firing,
    true as is_holding,
    cast(late.tenure_days as double) as measure,
    'Day ' || cast(late.tenure_days as varchar) || ' in onboarding, late: ' || late.cause as reason

from rules

inner join late
    on
        rules.judged_date = late.score_date
        and case late.cause
            when 'kickoff' then rules.threshold
            when 'first value' then rules.limit_value
            else rules.window_days
        end < late.tenure_days

where rules.rule = 'A27'
