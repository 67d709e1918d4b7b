with

tracks as (

    select * from {{ ref('stg_segment__tracks') }}

    where is_current

)

select
    {{ reporting_day('tracked_at') }} as activity_date,
    count(*) as events

from tracks

group by {{ reporting_day('tracked_at') }}
