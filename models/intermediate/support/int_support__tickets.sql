with

tickets as (

    select * from {{ ref('stg_zendesk__tickets') }}

    where is_current and not is_deleted

),

-- What was deleted since still says whose ticket it was.
organizations as (

    select * from {{ ref('stg_zendesk__organizations') }}

    where is_current

),

requesters as (

    select * from {{ ref('stg_zendesk__users') }}

    where is_current

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

),

solved_states as (

    select
        ticket_id,
        min(case when is_solved then valid_from end) as first_solved_at,
        min(case when not is_solved and state_number > 1 then valid_from end) as first_reopened_at

    from {{ ref('int_support__ticket_states') }}

    group by ticket_id

),

with_organizations as (

    select
        tickets.*,
        coalesce(tickets.organization_id, requesters.organization_id) as asking_organization_id

    from tickets

    left join requesters on tickets.requester_id = requesters.zendesk_user_id

)

select
    with_organizations.ticket_id,
    coalesce(crm_accounts.account_id, billing_customers.account_id) as account_id,
    with_organizations.asking_organization_id as organization_id,
    with_organizations.requester_id,
    with_organizations.status,
    with_organizations.severity,
    {{ reporting_day('with_organizations.created_at') }} as opened_date,
    {{ reporting_day('solved_states.first_solved_at') }} as first_solved_date,
    {{ reporting_day('solved_states.first_reopened_at') }} as first_reopened_date,
    with_organizations.created_at as opened_at

from with_organizations

left join organizations
    on with_organizations.asking_organization_id = organizations.organization_id

left join crm_accounts on organizations.external_id = crm_accounts.crm_account_id

left join billing_customers on organizations.external_id = billing_customers.billing_customer_id

left join solved_states on with_organizations.ticket_id = solved_states.ticket_id
