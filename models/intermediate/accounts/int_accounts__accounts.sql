with

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}
    where crm_account_id = account_id

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

parents as (

    select * from {{ ref('int_accounts__parents') }}

),

internal_accounts as (

    select distinct account_id from {{ reference('internal_accounts') }}

),

billed as (

    select
        account_id,
        max(case when is_internal then 1 else 0 end) = 1 as is_internal

    from billing_customers

    group by account_id

),

-- A CRM account that was deleted stays where something is billed to it.
keys as (

    select account_id from crm_accounts
    where not is_deleted

    union

    select account_id from billed

)

select
    keys.account_id,
    coalesce(crm_accounts.account_name, keys.account_id) as account_name,
    coalesce(parents.ultimate_parent_id, keys.account_id) as ultimate_parent_id,
    crm_accounts.account_id is not null as is_in_crm,
    billed.account_id is not null as is_billed,
    coalesce(billed.is_internal, false) or internal_accounts.account_id is not null as is_internal

from keys

left join crm_accounts on keys.account_id = crm_accounts.account_id

left join billed on keys.account_id = billed.account_id

left join parents on keys.account_id = parents.account_id

left join internal_accounts on keys.account_id = internal_accounts.account_id
