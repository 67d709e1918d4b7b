{# Charges that failed; where no charges are landed, subscriptions that fall past due. #}
with

rules as (

    select * from {{ ref('int_alerts__rules') }}

    where rule = 'A21'

),

score_days as (

    select * from {{ ref('int_health__score_days') }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

charges as (

    select * from {{ ref('stg_stripe__charges') }}

    where is_current

),

statuses as (

    select
        billing_customer_id,
        version_date,
        status,
        lag(status) over (
            partition by subscription_id order by version_date, version_number
        ) as status_before

    from {{ ref('int_billing__subscription_versions') }}

),

failures as (

    select
        billing_customer_id,
        {{ reporting_day('created_at') }} as failed_on,
        'A charge failed' as what_failed
    from charges

    where status = 'failed'

    union all

    select
        billing_customer_id,
        version_date as failed_on,
        'A subscription fell past due' as what_failed
    from statuses

    where
        status = 'past_due'
        and coalesce(status_before, '') <> 'past_due'
        and not exists (select 1 from charges)

)

select
    rules.rule,
    'account' as subject_type,
    score_days.account_id as subject_id,
    '' as event_key,
    rules.judged_date,
    true as is_firing,
    false as is_holding,
    cast(count(*) as double) as measure,
    min(failures.what_failed) || ' on ' || cast(rules.judged_date as varchar) as reason

from rules

inner join failures on rules.judged_date = failures.failed_on

inner join billing_customers
    on failures.billing_customer_id = billing_customers.billing_customer_id

inner join score_days
    on
        billing_customers.account_id = score_days.account_id
        and rules.judged_date = score_days.score_date

group by rules.rule, score_days.account_id, rules.judged_date
