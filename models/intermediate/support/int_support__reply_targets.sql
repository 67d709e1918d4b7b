{#- Days are counted from a Monday, so that the rest by 7 is the weekday. -#}
{% set monday = "cast('1900-01-01' as date)" %}
with recursive

-- Only where no service levels are landed.
tickets as (

    select * from {{ ref('int_support__tickets') }}

    where not exists (select 1 from {{ ref('stg_zendesk__ticket_sla_events') }})

),

support_hours as (

    select
        weekday,
        cast(from_hour * 3600 as integer) as from_second,
        cast((to_hour - from_hour) * 3600 as integer) as open_seconds

    from {{ reference('support_hours') }}

),

business_holidays as (

    select * from {{ reference('business_holidays') }}

),

support_targets as (

    select * from {{ reference('support_targets') }}

),

days as (

    select
        min(cast(opened_at as date)) as date_day,
        cast({{ dbt.dateadd('day', 60, 'max(opened_at)') }} as date) as last_day

    from tickets

    having count(*) > 0

    union all

    select
        cast({{ dbt.dateadd('day', 1, 'date_day') }} as date) as date_day,
        last_day

    from days

    where date_day < last_day

),

-- A clock that runs only while support is open.
clock as (

    select
        days.date_day,
        coalesce(support_hours.from_second, 0) as from_second,
        case
            when business_holidays.holiday_date is null then coalesce(support_hours.open_seconds, 0)
            else 0
        end as open_seconds

    from days

    left join support_hours
        on mod({{ dbt.datediff(monday, 'days.date_day', 'day') }}, 7) + 1 = support_hours.weekday

    left join business_holidays on days.date_day = business_holidays.holiday_date

),

clock_days as (

    select
        *,
        sum(open_seconds) over (order by date_day) - open_seconds as seconds_before

    from clock

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

due as (

    select
        opened.ticket_id,
        opened.seconds_before
        + least(greatest(opened.seconds_of_day, 0), opened.open_seconds)
        -- A ticket without a severity waits as long as the least urgent.
        + 3600 * coalesce(
            support_targets.first_reply_hours,
            (select max(longest.first_reply_hours) from support_targets as longest)
        ) as due_second

    from opened

    left join support_targets on opened.severity = support_targets.severity

),

due_days as (

    select
        due.ticket_id,
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
    ticket_id,
    {{ dbt.dateadd('second', 'seconds_of_day', 'cast(date_day as timestamp)') }} as target_at

from due_days
