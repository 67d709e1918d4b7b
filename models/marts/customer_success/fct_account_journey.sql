{% set wording = "milestone || ': ' || milestone_state" %}
with

stages as (

    select * from {{ ref('int_journey__stages') }}

),

milestones as (

    select
        *,
        case
            when not is_source_on then 'source is off'
            when reached_date is null then 'awaited'
            else 'reached on ' || cast(reached_date as varchar)
        end as milestone_state

    from {{ ref('int_journey__milestones') }}

),

renewals as (

    select
        *,
        evidence_kind = 'opportunity' as is_opportunity
    from {{ ref('int_journey__renewals') }}

),

-- A stage is due with the last of its milestones.
shown as (

    select
        account_id,
        stage,
        max(due_date) as due_date,
        {{ dbt.listagg(wording, "'; '", 'order by target_days, milestone') }} as evidence

    from milestones

    group by account_id, stage

),

entered as (

    select
        stages.account_id,
        stages.stage,
        coalesce(shown.evidence, 'no milestones') as evidence,
        stages.entered_date,
        shown.due_date,
        stages.left_date

    from stages

    left join shown on stages.account_id = shown.account_id and stages.stage = shown.stage

    union all

    select
        account_id,
        {{ "'renewal' as stage" }},
        case
            when is_opportunity then 'opportunity ' || evidence_id || ', contract to '
            else 'billing term of ' || evidence_id || ' to '
        end || cast(due_date as varchar) as evidence,
        entered_date,
        due_date,
        left_date

    from renewals

)

select
    {{ content_hash(['account_id', 'stage', "case when stage = 'renewal' then due_date end"]) }}
        as account_journey_id,
    account_id,
    stage,
    evidence,
    coalesce(coalesce(left_date, {{ as_of_date() }}) > due_date, false) as is_late,
    entered_date,
    due_date,
    left_date

from entered
