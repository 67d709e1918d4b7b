with recursive

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

-- Parents are named by any record's id; what counts is the account that survives its merges.
parents as (

    select
        children.account_id,
        parents.account_id as parent_account_id

    from crm_accounts as children

    inner join crm_accounts as parents on children.parent_crm_account_id = parents.crm_account_id

    where
        children.crm_account_id = children.account_id and children.account_id <> parents.account_id

),

steps as (

    select
        account_id,
        account_id as reached_id,
        0 as step

    from crm_accounts

    where crm_account_id = account_id

    union all

    select
        steps.account_id,
        parents.parent_account_id as reached_id,
        steps.step + 1 as step

    from steps

    inner join parents on steps.reached_id = parents.account_id

    where steps.step < {{ var('merge_chain_limit') }}

),

ends as (

    select
        *,
        row_number() over (partition by account_id order by step desc) as end_number

    from steps

)

select
    account_id,
    case when step < {{ var('merge_chain_limit') }} then reached_id else account_id end
        as ultimate_parent_id,
    step >= {{ var('merge_chain_limit') }} as is_in_parent_cycle

from ends

where end_number = 1
