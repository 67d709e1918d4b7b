-- The latest version of every closed month-end is what the months say today: else the record has
-- missed a restatement.
with

today as (

    select
        account_months.account_id,
        account_months.month,
        account_months.closing_mrr

    from {{ ref('fct_account_months') }} as account_months

    inner join {{ ref('int_revenue__windows') }} as windows
        on account_months.month = windows.period_start

    where windows.period_kind = 'month' and windows.is_complete

),

on_record as (

    select * from {{ ref('fct_account_month_versions') }}

    where
        is_current
        and month in (
            select period_start from {{ ref('int_revenue__windows') }}

            where period_kind = 'month' and is_complete
        )

)

select
    coalesce(today.account_id, on_record.account_id) as account_id,
    coalesce(today.month, on_record.month) as month,
    today.closing_mrr,
    on_record.mrr

from today

full join on_record on today.account_id = on_record.account_id and today.month = on_record.month

where coalesce(today.closing_mrr, 0) <> coalesce(on_record.mrr, 0)
