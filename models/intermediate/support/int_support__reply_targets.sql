with

tickets as (

    select * from {{ ref('int_support__tickets') }}

),

-- Rule A16 says how long a first reply may take before it is an alert.
alert_rules as (
    {{ dated_reference('alert_rules', ['rule']) }}
),

alert_hours as (

    select max(threshold) as hours

    from alert_rules

    where
        rule = 'A16'
        and valid_from <= {{ as_of_date() }}
        and valid_to > {{ as_of_date() }}

),

support_targets as (

    select * from {{ reference('support_targets') }}

),

clock_days as (

    select * from {{ ref('int_support__clock_days') }}

),

opened as (

    select
        tickets.ticket_id,
        tickets.severity,
        clock_days.seconds_before,
        clock_days.open_seconds,
        {{ dbt.datediff('clock_days.date_day', 'tickets.opened_at', 'second') }}
        - clock_days.from_second as seconds_of_day

    from tickets

    inner join clock_days on cast(tickets.opened_at as date) = clock_days.date_day

),

started as (

    select
        ticket_id,
        severity,
        seconds_before + least(greatest(seconds_of_day, 0), open_seconds) as start_second

    from opened

),

due as (

    select
        started.ticket_id,
        'target_at' as moment,
        started.start_second
        -- A ticket without a severity waits as long as the least urgent.
        + 3600 * coalesce(
            support_targets.first_reply_hours,
            (select max(longest.first_reply_hours) from support_targets as longest)
        ) as due_second

    from started

    left join support_targets on started.severity = support_targets.severity

    -- Where service levels are landed, they say.
    where not exists (select 1 from {{ ref('stg_zendesk__ticket_sla_events') }})

    union all

    select
        started.ticket_id,
        'alert_at' as moment,
        started.start_second + 3600 * alert_hours.hours as due_second

    from started

    -- One row.
    cross join alert_hours

),

due_days as (

    select
        due.ticket_id,
        due.moment,
        clock_days.date_day,
        cast(clock_days.from_second + due.due_second - clock_days.seconds_before as bigint)
            as seconds_of_day

    from due

    inner join clock_days
        on
            clock_days.seconds_before < due.due_second
            and due.due_second <= clock_days.seconds_before + clock_days.open_seconds

)

select
    {%- for moment in ['target_at', 'alert_at'] %}
    max(
        case
            when moment = '{{ moment }}'
                then {{ dbt.dateadd('second', 'seconds_of_day', 'cast(date_day as timestamp)') }}
        end
    ) as {{ moment }},
    {%- endfor %}
    ticket_id

from due_days

group by ticket_id
