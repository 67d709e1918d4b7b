with

contacts as (

    select * from {{ ref('int_crm__contacts') }}

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

touches as (

    select
        task_id as touch_id,
        crm_account_id,
        contact_id,
        owner_id as crm_user_id,
        touch_kind,
        is_two_way,
        {{ reporting_day('completed_at') }} as touched_on

    from {{ ref('stg_salesforce__tasks') }}

    where is_current and not is_deleted and is_closed

    union all

    select
        event_id as touch_id,
        crm_account_id,
        contact_id,
        owner_id as crm_user_id,
        touch_kind,
        is_two_way,
        {{ reporting_day('starts_at') }} as touched_on

    from {{ ref('stg_salesforce__events') }}

    where is_current and not is_deleted

)

select
    touches.touch_id,
    -- The CRM may leave the account of a task to its contact.
    coalesce(crm_accounts.account_id, touches.crm_account_id, contacts.account_id) as account_id,
    touches.contact_id,
    touches.crm_user_id,
    touches.touch_kind,
    touches.is_two_way,
    touches.touched_on

from touches

left join crm_accounts on touches.crm_account_id = crm_accounts.crm_account_id

left join contacts on touches.contact_id = contacts.contact_id

where
    touches.touched_on is not null
    and coalesce(touches.crm_account_id, contacts.account_id) is not null
