with

contacts as (

    select * from {{ ref('stg_salesforce__contacts') }}

    where is_current and not is_deleted

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

)

select
    contacts.contact_id,
    coalesce(crm_accounts.account_id, contacts.crm_account_id) as account_id,
    contacts.cs_role,
    contacts.left_company_on,
    contacts.email_hash

from contacts

left join crm_accounts on contacts.crm_account_id = crm_accounts.crm_account_id
