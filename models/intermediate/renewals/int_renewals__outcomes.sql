{% set last_day = dbt.dateadd('day', var('renewal_late_days'), 'terms.due_date') %}
{% set days_late = dbt.datediff('terms.due_date', 'returns.back_date', 'day') %}
{% set days_since_due = dbt.datediff('terms.due_date', as_of_date(), 'day') %}
with

terms as (

    select * from {{ ref('int_renewals__terms') }}

    where due_date <= {{ as_of_date() }}

),

subscription_mrr as (

    select * from {{ ref('int_renewals__subscription_mrr') }}

),

subscriptions as (

    select distinct
        subscription_id,
        started_date
    from {{ ref('int_renewals__subscription_holders') }}

),

-- Days with MRR from the due day on: of the subscription itself, and of those of the same account
-- that started inside the term or soon after.
days_back as (

    select
        terms.subscription_id,
        terms.term_start,
        true as is_own,
        greatest(subscription_mrr.valid_from, terms.due_date) as back_date,
        subscription_mrr.mrr

    from terms

    inner join subscription_mrr
        on
            terms.subscription_id = subscription_mrr.subscription_id
            and subscription_mrr.valid_from <= {{ last_day }}
            and (subscription_mrr.valid_to is null or terms.due_date < subscription_mrr.valid_to)

    union all

    select
        terms.subscription_id,
        terms.term_start,
        false as is_own,
        greatest(subscription_mrr.valid_from, terms.due_date) as back_date,
        subscription_mrr.mrr

    from terms

    inner join subscription_mrr
        on
            terms.account_id = subscription_mrr.account_id
            and terms.subscription_id <> subscription_mrr.subscription_id
            and subscription_mrr.valid_from <= {{ last_day }}
            and (subscription_mrr.valid_to is null or terms.due_date < subscription_mrr.valid_to)

    inner join subscriptions
        on
            subscription_mrr.subscription_id = subscriptions.subscription_id
            and subscriptions.started_date between terms.term_start and {{ last_day }}

),

first_days as (

    select
        *,
        min(back_date) over (partition by subscription_id, term_start) as first_back_date

    from days_back

),

returns as (

    select
        subscription_id,
        term_start,
        first_back_date as back_date,
        sum(case when is_own then mrr end) as own_mrr,
        sum(case when not is_own then mrr end) as others_mrr

    from first_days

    where back_date = first_back_date

    group by subscription_id, term_start, first_back_date

),

judged as (

    select
        terms.*,
        returns.back_date,
        returns.back_date is not null and returns.own_mrr is null as is_replaced,
        coalesce(returns.own_mrr, returns.others_mrr, 0) as mrr_renewed,
        {{ days_late }} as days_late,
        {{ days_since_due }} as days_since_due

    from terms

    left join returns
        on terms.subscription_id = returns.subscription_id and terms.term_start = returns.term_start

)

select
    subscription_id,
    account_id,
    paying_account_id,
    case
        when days_late <= {{ var('renewal_grace_days') }} then 'renewed'
        when days_late is not null then 'late'
        when days_since_due < {{ var('renewal_grace_days') }} then 'open'
        else 'churned'
    end as outcome,
    term_months,
    days_late,
    mrr_due,
    mrr_renewed,
    is_replaced,
    last_paid_date,
    back_date,
    term_start,
    due_date

from judged
