{# A change at any time of a day counts for the whole day, as everywhere: so the last group of a day
   is the day's. #}
with

identified as (

    select
        user_id,
        group_id,
        {{ reporting_day('identified_at') }} as identified_date,
        row_number() over (
            partition by user_id, {{ reporting_day('identified_at') }}
            order by identified_at desc, message_id desc
        ) as day_number

    from {{ ref('stg_segment__identifies') }}

    where is_current and user_id is not null and group_id is not null

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

linked_groups as (

    select
        group_id,
        crm_account_id,
        row_number() over (
            partition by group_id order by grouped_at desc, message_id desc
        ) as link_number

    from {{ ref('stg_segment__groups') }}

    where is_current and group_id is not null and crm_account_id is not null

),

day_accounts as (

    select
        identified.user_id,
        identified.identified_date,
        coalesce(
            linked_accounts.account_id, same_id_accounts.account_id, billing_customers.account_id
        ) as account_id

    from identified

    left join linked_groups
        on identified.group_id = linked_groups.group_id and linked_groups.link_number = 1

    left join crm_accounts as linked_accounts
        on linked_groups.crm_account_id = linked_accounts.crm_account_id

    left join crm_accounts as same_id_accounts
        on identified.group_id = same_id_accounts.crm_account_id

    left join billing_customers
        on identified.group_id = billing_customers.billing_customer_id

    where identified.day_number = 1

),

compared as (

    select
        *,
        lag(identified_date) over by_user is null as is_first,
        lag(identified_date) over by_user is not null
        and coalesce(lag(account_id) over by_user, '') = coalesce(account_id, '') as is_repeat

    from day_accounts

    window by_user as (partition by user_id order by identified_date)

),

spans as (

    select
        user_id,
        account_id,
        is_first,
        identified_date,
        lead(identified_date) over (partition by user_id order by identified_date) as next_date

    from compared

    where not is_repeat

)

select
    user_id,
    account_id,
    identified_date as provisioned_from,
    cast(
        case when is_first then cast('1900-01-01' as date) else identified_date end as timestamp
    ) as valid_from,
    cast(next_date as timestamp) as valid_to

from spans

where account_id is not null
