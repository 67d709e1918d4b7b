-- The identity is what makes the revenue marts trustworthy: every cent of a closing balance can be
-- traced to the opening and a named movement. The model derives closing from opening, so the
-- opening of the next month, which comes from the item periods, is the independent side: where it
-- differs, a movement is missing or counted twice.
with

account_months as (

    select
        *,
        lead(month) over by_account as later_month,
        lead(opening_mrr) over by_account as later_opening_mrr

    from {{ ref('fct_account_months') }}

    window by_account as (partition by account_id order by month)

),

months as (

    select * from {{ ref('int_revenue__months') }}

)

select account_months.*

from account_months

inner join months on account_months.month = months.month

left join months as later on months.next_month = later.month

where
    account_months.closing_mrr <> account_months.opening_mrr
    + {{ mrr_movement_columns() | join(' + ') }}
    or (
        later.month is not null
        and account_months.closing_mrr
        <> case
            when
                account_months.later_month = later.month
                then account_months.later_opening_mrr
            else 0
        end
    )
    or (account_months.later_month > months.next_month and account_months.later_opening_mrr <> 0)
