with recursive

tracked_days as (

    select * from {{ ref('int_usage__tracked_days') }}

),

days as (

    select min(activity_date) as activity_date from tracked_days

    union all

    select cast({{ dbt.dateadd('day', 1, 'activity_date') }} as date) as activity_date

    from days

    where activity_date < {{ as_of_date() }}

)

select days.activity_date as outage_date

from days

left join tracked_days on days.activity_date = tracked_days.activity_date

where days.activity_date is not null and tracked_days.activity_date is null
