with

outcomes as (

    select * from {{ ref('int_renewals__outcomes') }}

),

account_months as (

    select * from {{ ref('fct_account_months') }}

)

select
    {{ content_hash(['outcomes.subscription_id', 'outcomes.term_start']) }} as renewal_id,
    outcomes.subscription_id,
    outcomes.account_id,
    coalesce(due_months.size_tier, paid_months.size_tier, 'none') as size_tier,
    coalesce(due_months.plan, paid_months.plan, 'none') as plan,
    coalesce(due_months.csm, paid_months.csm, 'none') as csm,
    coalesce(due_months.region, paid_months.region, 'none') as region,
    coalesce(due_months.cohort_year, paid_months.cohort_year, 'none') as cohort_year,
    outcomes.outcome,
    cast(outcomes.term_months as double) as term_months,
    cast(outcomes.mrr_due as decimal(18, 2)) as mrr_due,
    cast(outcomes.mrr_renewed as decimal(18, 2)) as mrr_renewed,
    cast(outcomes.days_late as bigint) as days_late,
    outcomes.is_replaced,
    outcomes.term_start,
    outcomes.due_date,
    outcomes.last_paid_date,
    outcomes.back_date

from outcomes

-- The segments of the month in which it was due; where the account was gone by then, those of the
-- month in which it paid last.
left join account_months as due_months
    on
        outcomes.account_id = due_months.account_id
        and {{ dbt.date_trunc('month', 'outcomes.due_date') }} = due_months.month

left join account_months as paid_months
    on
        outcomes.paying_account_id = paid_months.account_id
        and {{ dbt.date_trunc('month', 'outcomes.last_paid_date') }} = paid_months.month
