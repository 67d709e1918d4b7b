with recursive

versions as (

    select
        *,
        row_number() over (
            partition by crm_account_id
            order by version_starts_at desc nulls last, synced_at desc, version_id asc
        ) as version_number

    from {{ ref('mem_salesforce__accounts') }}

),

current_accounts as (

    select * from versions
    where version_number = 1

),

-- Merged accounts point at the record that took them in; chains are followed to their end.
merge_steps as (

    select
        crm_account_id,
        crm_account_id as reached_id,
        0 as step
    from current_accounts

    union all

    select
        merge_steps.crm_account_id,
        current_accounts.master_crm_account_id as reached_id,
        merge_steps.step + 1 as step

    from merge_steps

    inner join current_accounts on merge_steps.reached_id = current_accounts.crm_account_id

    inner join current_accounts as survivors
        on current_accounts.master_crm_account_id = survivors.crm_account_id

    where merge_steps.step < {{ var('merge_chain_limit') }}

),

merge_ends as (

    select
        *,
        row_number() over (partition by crm_account_id order by step desc) as end_number,
        max(step) over (partition by crm_account_id) as steps

    from merge_steps

),

-- A chain that never ends is a cycle: its accounts stay what they are and are listed.
survivors as (

    select
        crm_account_id,
        case when steps < {{ var('merge_chain_limit') }} then reached_id else crm_account_id end
            as account_id,
        steps >= {{ var('merge_chain_limit') }} as is_in_merge_cycle

    from merge_ends

    where end_number = 1

)

select
    current_accounts.crm_account_id,
    survivors.account_id,
    current_accounts.account_name,
    current_accounts.parent_crm_account_id,
    current_accounts.billing_customer_id,
    current_accounts.is_deleted,
    survivors.is_in_merge_cycle,
    current_accounts.created_at

from current_accounts

inner join survivors on current_accounts.crm_account_id = survivors.crm_account_id
