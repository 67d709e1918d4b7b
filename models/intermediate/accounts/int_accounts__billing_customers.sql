with

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

customer_versions as (

    select
        *,
        row_number()
            over (partition by billing_customer_id order by synced_at desc, version_id asc)
            as version_number

    from {{ ref('mem_stripe__customers') }}

),

flat_periods as (

    select * from {{ ref('stg_billing__subscription_periods') }}
    where is_current

),

customers as (

    select
        billing_customer_id,
        crm_account_id
    from customer_versions
    where version_number = 1

    union all

    select distinct
        billing_customer_id,
        cast(null as varchar) as crm_account_id

    from flat_periods

    where billing_customer_id not in (select billing_customer_id from customer_versions)

),

named_by_crm as (

    select
        billing_customer_id,
        min(account_id) as account_id

    from crm_accounts

    where billing_customer_id is not null and (not is_deleted or crm_account_id <> account_id)

    group by billing_customer_id

),

internal_accounts as (

    select distinct account_id from {{ reference('internal_accounts') }}

),

matched as (

    select
        customers.billing_customer_id,
        coalesce(
            named_by_metadata.account_id,
            named_by_crm.account_id,
            named_alike.account_id,
            customers.billing_customer_id
        ) as account_id,
        case
            when named_by_metadata.account_id is not null then 'metadata'
            when named_by_crm.account_id is not null then 'crm_field'
            when named_alike.account_id is not null then 'same_id'
            else 'unmatched'
        end as match_method

    from customers

    left join crm_accounts as named_by_metadata
        on customers.crm_account_id = named_by_metadata.crm_account_id

    left join named_by_crm on customers.billing_customer_id = named_by_crm.billing_customer_id

    left join crm_accounts as named_alike
        on customers.billing_customer_id = named_alike.crm_account_id

)

select
    matched.billing_customer_id,
    matched.account_id,
    matched.match_method,
    own_accounts.account_id is not null or own_customers.account_id is not null as is_internal

from matched

left join internal_accounts as own_accounts on matched.account_id = own_accounts.account_id

left join internal_accounts as own_customers
    on matched.billing_customer_id = own_customers.account_id
