with

firsts as (

    select * from {{ ref('int_revenue__month_end_firsts') }}

),

readings as (

    select * from {{ ref('int_revenue__month_end_readings') }}

),

changes as (

    select
        account_id,
        month,
        reading_number,
        known_at,
        mrr as mrr_change
    from firsts

    union all

    select
        account_id,
        month,
        reading_number,
        max(known_at) as known_at,
        sum(new_mrr - old_mrr) as mrr_change

    from readings

    group by account_id, month, reading_number

)

select
    account_id,
    known_at,
    reading_number,
    cast(sum(mrr_change) over by_month as decimal(18, 2)) as mrr,
    lead(reading_number) over by_month is null as is_current,
    month

from changes

window by_month as (partition by account_id, month order by reading_number)
