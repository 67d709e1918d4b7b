{# What this run has to add to the record: alerts that open, and alerts on record that end or turn
   out otherwise. Words and figures of an alert are those of its first reading. #}
{% set kept = [
    'rule', 'subject_type', 'subject_id', 'event_key', 'opened_date', 'due_date', 'owner', 'csm_id',
    'mrr_at_risk', 'measure', 'reason',
] %}
{% set key = ['rule', 'subject_type', 'subject_id', 'event_key'] %}
with

states as (

    select * from {{ ref('int_alerts__states') }}

),

past as (

    select * from {{ ref('int_alerts__past') }}

),

first_day as (

    select min(judged_date) as first_date from {{ ref('int_alerts__days') }}

),

run_reach as (

    select max(synced_to) as reached_at from {{ source('run', 'loads') }}

    where outcome <> 'rejected'

),

opened as (

    select * from {{ ref('int_alerts__openings') }}

),

clearings as (

    select
        {{ key | join(',\n        ') }},
        cleared_opened_date as opened_date,
        judged_date as cleared_date

    from states

    where cleared_opened_date is not null

),

-- Alerts on record that this run judges again: those of its first day, and those open on it.
judged_again as (

    select
        past.*,
        case
            when past.opened_date < first_day.first_date then clearings.cleared_date
            when opened.alert_id is not null then opened.cleared_date
            -- It was opened on what had not arrived yet.
            else past.opened_date
        end as cleared_now,
        case
            when past.opened_date < first_day.first_date then past.suppressed_reason
            when opened.alert_id is not null then opened.suppressed_reason
            else coalesce(past.suppressed_reason, 'late_load')
        end as suppressed_now

    from past

    inner join first_day
        on coalesce(past.cleared_date, {{ far_date() }}) >= first_day.first_date

    left join opened on past.alert_id = opened.alert_id

    left join clearings
        on
            {%- for column in key %}
            past.{{ column }} = clearings.{{ column }} and
            {%- endfor %}
            past.opened_date = clearings.opened_date

)

select
    opened.alert_id,
    {%- for column in kept %}
    opened.{{ column }},
    {%- endfor %}
    opened.cleared_date,
    opened.suppressed_reason,
    run_reach.reached_at as known_at,
    1 as reading_number

from opened

cross join run_reach

where opened.alert_id not in (select past.alert_id from past)

union all

select
    judged_again.alert_id,
    {%- for column in kept %}
    judged_again.{{ column }},
    {%- endfor %}
    judged_again.cleared_now as cleared_date,
    judged_again.suppressed_now as suppressed_reason,
    run_reach.reached_at as known_at,
    judged_again.reading_number + 1 as reading_number

from judged_again

cross join run_reach

where
    not {{ is_same('judged_again.cleared_now', 'judged_again.cleared_date') }}
    or not {{ is_same('judged_again.suppressed_now', 'judged_again.suppressed_reason') }}
