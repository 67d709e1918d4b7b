with

user_accounts as (

    select * from {{ ref('int_usage__user_accounts') }}

),

steps as (

    select
        account_id,
        provisioned_from as step_date,
        1 as step
    from user_accounts

    union all

    select
        account_id,
        cast(valid_to as date) as step_date,
        -1 as step
    from user_accounts
    where valid_to is not null

),

account_steps as (

    select
        account_id,
        step_date,
        sum(step) as step

    from steps

    group by account_id, step_date

)

select
    account_id,
    cast(sum(step) over by_account as integer) as provisioned_users,
    step_date as valid_from,
    lead(step_date) over by_account as valid_to

from account_steps

window by_account as (partition by account_id order by step_date)
