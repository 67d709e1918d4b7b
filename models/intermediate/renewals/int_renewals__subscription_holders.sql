with

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

held as (

    select
        subscription_id,
        billing_customer_id,
        started_date,
        version_date as from_date
    from {{ ref('int_billing__subscription_versions') }}

    union all

    select
        subscription_id,
        billing_customer_id,
        valid_from as started_date,
        valid_from as from_date
    from {{ ref('int_billing__flat_periods') }}

),

-- Who holds the first version held the subscription before it too.
bounded as (

    select
        *,
        min(started_date) over (partition by subscription_id) as first_started_date,
        lag(from_date) over by_subscription as earlier_date,
        lead(from_date) over by_subscription as to_date

    from held

    window by_subscription as (partition by subscription_id order by from_date)

)

select
    bounded.subscription_id,
    billing_customers.account_id,
    bounded.first_started_date as started_date,
    case
        when bounded.earlier_date is null then cast('1900-01-01' as date) else bounded.from_date
    end as held_from,
    coalesce(bounded.to_date, {{ far_date() }}) as held_to

from bounded

inner join billing_customers
    on bounded.billing_customer_id = billing_customers.billing_customer_id

where not billing_customers.is_internal
