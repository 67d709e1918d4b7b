with

-- A term that was anchored anew is renewed already; the period that took its place is due next.
terms as (

    select * from {{ ref('int_renewals__terms') }}

    where due_date > {{ as_of_date() }} and run_end_date > {{ as_of_date() }}

),

live as (

    select * from {{ ref('int_renewals__subscription_mrr') }}

    where valid_to is null

),

-- The end of a row of the flat table is the end of a contract, nobody's notice.
ending as (

    select * from {{ ref('int_revenue__item_periods') }}

    where valid_to is null and scheduled_end_date is not null and evidence <> 'period_row'

),

cancellations as (

    select
        terms.subscription_id,
        terms.term_start,
        sum(ending.mrr) as mrr

    from terms

    inner join ending
        on
            terms.subscription_id = ending.subscription_id
            and ending.scheduled_end_date <= terms.due_date

    group by terms.subscription_id, terms.term_start

)

select
    terms.subscription_id,
    terms.account_id,
    terms.term_months,
    live.mrr as live_mrr,
    coalesce(cancellations.mrr, 0) as cancelled_mrr,
    terms.term_start,
    terms.due_date

from terms

inner join live
    on terms.subscription_id = live.subscription_id and terms.account_id = live.account_id

left join cancellations
    on
        terms.subscription_id = cancellations.subscription_id
        and terms.term_start = cancellations.term_start
