with

subscription_states as (

    select * from {{ ref('int_billing__subscription_states') }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

invoices as (

    select * from {{ ref('int_reconciliation__lines') }}

),

owned as (

    select
        subscription_states.subscription_id,
        subscription_states.from_date,
        billing_customers.account_id

    from subscription_states

    inner join billing_customers
        on subscription_states.billing_customer_id = billing_customers.billing_customer_id

    union

    -- A subscription that never had a day of its own is its invoices' account's.
    select
        subscription_id,
        min(from_date) as from_date,
        min(account_id) as account_id

    from invoices

    where subscription_id not in (select subscription_id from subscription_states)

    group by subscription_id

),

compared as (

    select
        *,
        lag(account_id) over by_subscription as previous_account_id

    from owned

    window by_subscription as (partition by subscription_id order by from_date)

)

select
    subscription_id,
    account_id,
    -- Before the first day it is the first holder's, after the last one the last holder's.
    case when previous_account_id is null then cast('1900-01-01' as date) else from_date end
        as from_date,
    coalesce(lead(from_date) over by_subscription, {{ far_date() }}) as to_date

from compared

where previous_account_id is null or previous_account_id <> account_id

window by_subscription as (partition by subscription_id order by from_date)
