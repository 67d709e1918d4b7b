{% set days_to_first_value = days_to_first_value(
    'score_days.first_paid_date', 'first_values.reached_date', 'score_days.score_date'
) %}
with

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

goal_windows as (

    select * from {{ ref('int_health__windows') }}

    where dimension = 'goals_met'

),

milestones as (

    select * from {{ ref('int_journey__milestones') }}

),

goals as (

    select * from {{ ref('int_journey__goals') }}

),

-- Of milestones that nobody could see on the day nothing can be said.
due_milestones as (

    select
        score_days.account_id,
        score_days.score_date,
        count(*) as due,
        count(
            case when milestones.reached_date <= score_days.score_date then 1 end
        ) as done,
        count(
            case when milestones.source_date <= score_days.score_date then 1 end
        ) as visible

    from score_days

    inner join milestones
        on
            score_days.account_id = milestones.account_id
            and score_days.score_date >= milestones.due_date

    group by score_days.account_id, score_days.score_date

),

first_values as (

    select
        account_id,
        min(reached_date) as reached_date,
        min(source_date) as source_date

    from milestones

    where is_first_value

    group by account_id

),

due_goals as (

    select
        score_days.account_id,
        score_days.score_date,
        count(*) as due,
        count(case when goals.met_on <= score_days.score_date then 1 end) as met

    from score_days

    inner join goal_windows on score_days.score_date = goal_windows.score_date

    inner join goals
        on
            score_days.account_id = goals.account_id
            and goal_windows.window_start <= goals.due_on
            and score_days.score_date >= goals.due_on

    group by score_days.account_id, score_days.score_date

),

measured as (

    select
        score_days.account_id,
        score_days.score_date,
        score_days.tenure_days,
        due_milestones.due as milestones_due,
        due_milestones.done as milestones_done,
        coalesce(due_milestones.visible < due_milestones.due, false) as is_milestone_unseen,
        case
            when
                first_values.reached_date <= score_days.score_date
                or score_days.tenure_days >= {{ var('first_value_expected_days') }}
                then {{ days_to_first_value }}
        end as days_to_first_value,
        coalesce(first_values.source_date <= score_days.score_date, false) as is_first_value_seen,
        due_goals.due as goals_due,
        due_goals.met as goals_met

    from score_days

    left join due_milestones
        on
            score_days.account_id = due_milestones.account_id
            and score_days.score_date = due_milestones.score_date

    left join first_values on score_days.account_id = first_values.account_id

    left join due_goals
        on
            score_days.account_id = due_goals.account_id
            and score_days.score_date = due_goals.score_date

)

{{ measure_rows('measured', {
    'milestones_on_time': [
        'cast(milestones_done as double) / milestones_due',
        'tenure_days <= ' ~ var('milestones_until_days') ~ ' or is_milestone_unseen',
        'milestones_due is not null and not is_milestone_unseen',
    ],
    'time_to_first_value': ['days_to_first_value', 'true', 'is_first_value_seen'],
    'goals_met': ['cast(goals_met as double) / goals_due', 'true', 'true'],
}) }}
