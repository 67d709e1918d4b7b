{% set last_paid = dbt.dateadd(
    'day', -1, earliest(['subscription_mrr.valid_to', 'periods.run_end_date'])
) %}
with

periods as (

    select * from {{ ref('int_renewals__periods') }}

),

subscription_mrr as (

    select * from {{ ref('int_renewals__subscription_mrr') }}

),

holders as (

    select * from {{ ref('int_renewals__subscription_holders') }}

),

-- The last days with MRR before the term ended or was anchored anew; without any it was no term.
paid as (

    select
        periods.*,
        subscription_mrr.account_id as paying_account_id,
        subscription_mrr.mrr as mrr_due,
        cast({{ last_paid }} as date) as last_paid_date,
        row_number() over (
            partition by periods.subscription_id, periods.term_start
            order by subscription_mrr.valid_from desc, subscription_mrr.account_id asc
        ) as paid_number

    from periods

    inner join subscription_mrr
        on
            periods.subscription_id = subscription_mrr.subscription_id
            and subscription_mrr.valid_from < periods.run_end_date
            and (
                subscription_mrr.valid_to is null
                or periods.term_start < subscription_mrr.valid_to
            )

    where
        periods.interval_months >= {{ var('renewal_min_interval_months') }}
        and periods.term_start <= {{ as_of_date() }}

)

select
    paid.subscription_id,
    holders.account_id,
    paid.paying_account_id,
    paid.interval_months as term_months,
    paid.mrr_due,
    paid.last_paid_date,
    paid.term_start,
    paid.due_date,
    paid.run_end_date

from paid

inner join holders
    on
        paid.subscription_id = holders.subscription_id
        and holders.held_from <= least(paid.due_date, {{ as_of_date() }})
        and least(paid.due_date, {{ as_of_date() }}) < holders.held_to

where paid.paid_number = 1
