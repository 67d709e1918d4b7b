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

item_periods as (

    select
        *,
        {{ interval_months('billing_interval', 'interval_count') }} as interval_months

    from {{ ref('int_revenue__item_periods') }}

    where mrr > 0

),

-- The last days with MRR before the term ended or was anchored anew; without any it was no term.
paid as (

    select
        periods.*,
        subscription_mrr.account_id as paying_account_id,
        subscription_mrr.mrr as mrr_due,
        cast(
            {{ dbt.dateadd('day', -1, earliest(['subscription_mrr.valid_to', 'periods.run_end_date'])) }}
            as date
        ) as last_paid_date,
        row_number() over (
            partition by periods.subscription_id, periods.term_start
            order by subscription_mrr.valid_from desc, subscription_mrr.account_id asc
        ) as paid_number

    from periods

    inner join subscription_mrr
        on
            periods.subscription_id = subscription_mrr.subscription_id
            and subscription_mrr.valid_from < periods.run_end_date
            and (subscription_mrr.valid_to is null or periods.term_start < subscription_mrr.valid_to)

    where periods.term_start <= {{ as_of_date() }}

),

-- Where no line says how long the interval is, the first items in force do.
measured as (

    select
        paid.subscription_id,
        paid.term_start,
        item_periods.interval_months,
        row_number() over (
            partition by paid.subscription_id, paid.term_start
            order by
                greatest(item_periods.valid_from, paid.term_start) asc,
                item_periods.interval_months desc
        ) as item_number

    from paid

    inner join item_periods
        on
            paid.subscription_id = item_periods.subscription_id
            and item_periods.valid_from < paid.run_end_date
            and (item_periods.valid_to is null or paid.term_start < item_periods.valid_to)

    where paid.paid_number = 1 and paid.interval_months is null

),

terms as (

    select
        paid.*,
        coalesce(paid.interval_months, measured.interval_months) as term_months

    from paid

    left join measured
        on
            paid.subscription_id = measured.subscription_id
            and paid.term_start = measured.term_start
            and measured.item_number = 1

    where paid.paid_number = 1

)

select
    terms.subscription_id,
    holders.account_id,
    terms.paying_account_id,
    terms.term_months,
    terms.mrr_due,
    terms.last_paid_date,
    terms.term_start,
    terms.due_date,
    terms.run_end_date

from terms

inner join holders
    on
        terms.subscription_id = holders.subscription_id
        and holders.held_from <= least(terms.due_date, {{ as_of_date() }})
        and least(terms.due_date, {{ as_of_date() }}) < holders.held_to

where terms.term_months >= {{ var('renewal_min_interval_months') }}
