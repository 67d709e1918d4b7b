{% set stages = journey_stages() %}
with

stage_numbers as (
    {% for stage in stages %}
    select
        {{ "'" ~ stage ~ "' as stage" }},
        {{ loop.index }} as stage_number,
        {{ 'true' if loop.last else 'false' }} as is_last
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

milestones as (

    select * from {{ ref('int_journey__milestones') }}

),

accounts as (

    select distinct
        account_id,
        first_paid_date
    from milestones

),

-- Complete with its last milestone; without one, or with one that nobody can see, never.
completed as (

    select
        accounts.account_id,
        accounts.first_paid_date,
        stage_numbers.stage,
        stage_numbers.stage_number,
        case
            when
                not stage_numbers.is_last
                and count(milestones.milestone) > 0
                and count(milestones.milestone) = count(
                    case when milestones.is_source_on then milestones.reached_date end
                )
                then max(milestones.reached_date)
        end as completed_date

    from accounts

    cross join stage_numbers

    left join milestones
        on
            accounts.account_id = milestones.account_id
            and stage_numbers.stage = milestones.stage

    group by
        accounts.account_id,
        accounts.first_paid_date,
        stage_numbers.stage,
        stage_numbers.stage_number,
        stage_numbers.is_last

),

-- Who completed a later stage early goes through it on the day the one before is left.
left_dates as (

    select
        account_id,
        first_paid_date,
        stage,
        stage_number,
        case
            when count(completed_date) over by_stage = stage_number
                then greatest(max(completed_date) over by_stage, first_paid_date)
        end as left_date

    from completed

    window by_stage as (partition by account_id order by stage_number)

),

entered as (

    select
        *,
        case
            when stage_number = 1 then first_paid_date
            else lag(left_date) over (partition by account_id order by stage_number)
        end as entered_date

    from left_dates

)

select
    account_id,
    stage,
    stage_number,
    entered_date,
    left_date

from entered

where entered_date is not null
