{# Only subjects with a condition, an open alert or a running cool-down take part, so the rows are
   few beside accounts x days. #}
with

days as (

    select * from {{ ref('int_alerts__days') }}

),

rules as (

    select * from {{ ref('int_alerts__rules') }}

),

conditions as (

    select * from {{ ref('int_alerts__conditions') }}

),

first_days as (select min(judged_date) as first_date from days),

-- What history knows of the evening before the first judged day.
past as (

    select
        past.rule,
        past.subject_type,
        past.subject_id,
        past.event_key,
        -- What was suppressed, or taken back, was never open.
        max(
            case
                when coalesce(past.cleared_date, {{ far_date() }}) > past.opened_date
                    then past.opened_date
            end
        ) as last_opened,
        max(
            case
                when coalesce(past.cleared_date, {{ far_date() }}) >= first_days.first_date
                    then past.opened_date
            end
        ) as open_since,
        -- What the rest of a day took back stands as late_load, too, but was told of before.
        max(
            case
                when
                    {{ dbt.dateadd('day', 1, 'past.opened_date') }} = first_days.first_date
                    and past.suppressed_reason is not null
                    and (past.suppressed_reason <> 'late_load' or past.reading_number = 1)
                    then 1
            end
        ) = 1 as is_pending

    from {{ ref('int_alerts__past') }} as past

    inner join first_days on past.opened_date < first_days.first_date

    group by past.rule, past.subject_type, past.subject_id, past.event_key

),

cooling as (

    select
        past.rule,
        past.subject_type,
        past.subject_id,
        past.event_key

    from past

    inner join rules on past.rule = rules.rule and rules.day_number = 1

    where
        past.open_since is not null
        or {{ dbt.dateadd('day', 'coalesce(rules.cool_down_days, 0)', 'past.last_opened') }}
        > rules.judged_date

),

subjects as (

    select
        rule,
        subject_type,
        subject_id,
        event_key
    from conditions

    union

    select
        rule,
        subject_type,
        subject_id,
        event_key
    from cooling

)

select
    subjects.subject_type,
    subjects.subject_id,
    subjects.event_key,
    days.judged_date,
    days.day_number,
    subjects.rule,
    rules.suppressed_reason,
    rules.clears_by,
    rules.cool_down_days,
    coalesce(rules.opens_once, false) as opens_once,
    -- Rules of a family share a line of states; any other rule has one of its own.
    coalesce(rules.family, subjects.rule || ' ' || subjects.event_key) as family_key,
    coalesce(rules.family_rank, 0) as family_rank,
    past.last_opened,
    past.open_since,
    coalesce(past.is_pending, false) as is_pending,
    -- A rule that is no longer in force neither fires nor holds.
    coalesce(conditions.is_firing and rules.rule is not null, false) as is_firing,
    coalesce(
        (conditions.is_firing or conditions.is_holding) and rules.rule is not null, false
    ) as is_holding

from subjects

cross join days

left join rules
    on subjects.rule = rules.rule and days.day_number = rules.day_number

left join conditions
    on
        subjects.rule = conditions.rule
        and subjects.subject_type = conditions.subject_type
        and subjects.subject_id = conditions.subject_id
        and subjects.event_key = conditions.event_key
        and days.judged_date = conditions.judged_date

left join past
    on
        case when days.day_number = 1 then subjects.rule end = past.rule
        and subjects.subject_type = past.subject_type
        and subjects.subject_id = past.subject_id
        and subjects.event_key = past.event_key
