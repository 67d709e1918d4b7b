with

owner_states as (

    select * from {{ ref('int_crm__owner_states') }}

),

shares as (

    select * from {{ ref('int_crm__shares') }}

),

ownerships as (

    select * from {{ ref('int_crm__ownerships') }}

),

version_breaks as (

    select * from {{ ref('int_crm__version_breaks') }}

),

accounts as (

    select * from {{ ref('int_accounts__accounts') }}

),

-- Days on which MRR starts or ends take turns.
paying as (

    select
        account_id,
        change_date as from_date,
        closing_mrr,
        coalesce(
            lead(change_date) over (partition by account_id order by change_date), {{ far_date() }}
        ) as until_date

    from {{ ref('int_revenue__account_days') }}

    where (opening_mrr > 0) <> (closing_mrr > 0)

),

issues as (

    select
        account_id,
        cast(null as varchar) as crm_user_id,
        'no_owner' as issue,
        from_date,
        coalesce(to_date, {{ far_date() }}) as until_date
    from owner_states
    where fact = 'owner' and stated_value is null

    union all

    select
        account_id,
        crm_user_id,
        case holder_state
            when 'left' then 'owner_left'
            when 'not_yet_hired' then 'owner_not_hired_yet'
            else 'owner_not_in_roster'
        end as issue,
        valid_from as from_date,
        coalesce(valid_to, {{ far_date() }}) as until_date
    from ownerships
    where holder_state <> 'held'

    union all

    select
        account_id,
        crm_user_id,
        share_issue as issue,
        from_date,
        until_date
    from shares
    where share_issue is not null

    union all

    select
        account_id,
        crm_user_id,
        issue,
        from_date,
        until_date
    from version_breaks

    union all

    -- Only where there is a CRM that could know them.
    select
        account_id,
        cast(null as varchar) as crm_user_id,
        'not_in_crm' as issue,
        cast('1900-01-01' as date) as from_date,
        {{ far_date() }} as until_date
    from accounts
    where not is_in_crm and exists (select 1 from owner_states)

),

-- Whom a prospect or a customer who left belongs to moves nothing.
while_paying as (

    select
        issues.account_id,
        issues.crm_user_id,
        issues.issue,
        greatest(issues.from_date, paying.from_date) as from_date,
        least(issues.until_date, paying.until_date) as until_date

    from issues

    inner join paying
        on
            issues.account_id = paying.account_id
            and issues.from_date < paying.until_date
            and paying.from_date < issues.until_date

    where paying.closing_mrr > 0

)

select
    account_id,
    crm_user_id,
    issue,
    until_date > {{ as_of_date() }} as is_open,
    from_date,
    case when until_date <= {{ as_of_date() }} then until_date end as to_date

from while_paying

where from_date <= {{ as_of_date() }}
