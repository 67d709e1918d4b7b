with

month_ends as (

    select * from {{ ref('mem_month_ends') }}

),

first_readings as (

    select
        month,
        min(reading_number) as reading_number

    from month_ends

    group by month

)

select
    month_ends.account_id,
    month_ends.month,
    month_ends.reading_number,
    max(month_ends.known_at) as known_at,
    sum(month_ends.mrr) as mrr

from month_ends

inner join first_readings
    on
        month_ends.month = first_readings.month
        and month_ends.reading_number = first_readings.reading_number

group by month_ends.account_id, month_ends.month, month_ends.reading_number
