{# Business days are counted from the day after; weeks begin on Monday. #}
{% set month_end = dbt.dateadd(
    'day', -1, dbt.dateadd('month', 1, dbt.date_trunc('month', 'days.judged_date'))
) %}
with recursive

days as (

    select * from {{ ref('int_alerts__days') }}

),

rules as (
    {{ dated_reference('alert_rules', ['rule']) }}
),

outage_days as (

    select * from {{ ref('int_usage__outage_days') }}

),

holidays as (

    select distinct holiday_date from {{ reference('business_holidays') }}

),

-- The tenth business day is two weeks away, and a few holidays.
calendar as (

    select
        min(judged_date) as date_day,
        cast({{ dbt.dateadd('day', 45, 'max(judged_date)') }} as date) as last_day
    from days

    having count(*) > 0

    union all

    select
        cast({{ dbt.dateadd('day', 1, 'date_day') }} as date) as date_day,
        last_day

    from calendar

    where date_day < last_day

),

business_days as (

    select
        calendar.date_day,
        row_number() over (order by calendar.date_day) as day_number

    from calendar

    left join holidays on calendar.date_day = holidays.holiday_date

    where
        holidays.holiday_date is null
        and {{ dbt.datediff(
            dbt.date_trunc('week', 'calendar.date_day'), 'calendar.date_day', 'day'
        ) }} < 5

),

counted_days as (

    select
        days.judged_date,
        max(business_days.day_number) as business_days_so_far

    from days

    left join business_days on days.judged_date >= business_days.date_day

    group by days.judged_date

),

sources as (

    select
        {{ dbt.split_part('source_table', "'.'", 1) }} as source_name,
        cast(max(synced_to) as date) as last_date

    from {{ source('run', 'loads') }}

    where outcome <> 'rejected'

    group by {{ dbt.split_part('source_table', "'.'", 1) }}

)

select
    days.judged_date,
    days.day_number,
    rules.*,
    cast(
        case
            when rules.due in ('auto', 'now') then days.judged_date
            when rules.due = '24 hours' then {{ dbt.dateadd('day', 1, 'days.judged_date') }}
            when rules.due = 'weekly' then {{ dbt.dateadd('day', 7, 'days.judged_date') }}
            when rules.due = 'review' then {{ month_end }}
            else business_days.date_day
        end as date
    ) as due_date,
    case
        when rules.is_usage and outage_days.outage_date is not null then 'tracking_outage'
        -- What has not arrived yet looks like what has not happened.
        when sources.last_date < days.judged_date then 'late_load'
        when rules.is_usage and holidays.holiday_date is not null then 'holiday'
    end as suppressed_reason

from days

inner join rules
    on days.judged_date >= rules.valid_from and days.judged_date < rules.valid_to

left join counted_days on days.judged_date = counted_days.judged_date

left join business_days
    on
        coalesce(counted_days.business_days_so_far, 0)
        + case
            when rules.due like '% business days'
                then cast({{ dbt.split_part('rules.due', "' '", 1) }} as integer)
        end
        = business_days.day_number

left join outage_days on days.judged_date = outage_days.outage_date

left join holidays on days.judged_date = holidays.holiday_date

left join sources on rules.source = sources.source_name
