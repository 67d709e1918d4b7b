with

success_goals as (

    select * from {{ ref('stg_salesforce__success_goals') }}

    where is_current and not is_deleted

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

)

select
    success_goals.success_goal_id,
    coalesce(crm_accounts.account_id, success_goals.crm_account_id) as account_id,
    success_goals.due_on,
    success_goals.met_on

from success_goals

left join crm_accounts on success_goals.crm_account_id = crm_accounts.crm_account_id
