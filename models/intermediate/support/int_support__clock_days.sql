{#- Days are counted from a Monday, so that the rest by 7 is the weekday. -#}
{% set monday = "cast('1900-01-01' as date)" %}
with recursive

tickets as (

    select * from {{ ref('int_support__tickets') }}

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

)

-- A clock that runs only while support is open.
select
    date_day,
    from_second,
    open_seconds,
    sum(open_seconds) over (order by date_day) - open_seconds as seconds_before

from clock
