with

readings as (

    select * from {{ ref('int_revenue__month_end_readings') }}

),

by_account as (

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
    cast(
        sum(mrr_change) over (
            partition by account_id, month
            order by reading_number rows between unbounded preceding and current row
        ) as decimal(18, 2)
    ) as mrr,
    row_number() over (partition by account_id, month order by reading_number desc) = 1
        as is_current,
    month

from by_account
