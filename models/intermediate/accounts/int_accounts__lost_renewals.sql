with

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

    where
        is_current
        and is_closed
        and not is_won
        and not is_deleted
        and lower(opportunity_type) = 'renewal'
        and trim(loss_reason) <> ''

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

),

loss_reasons as (

    select * from {{ reference('loss_reasons') }}

),

-- Only codes go on from here: the list of a CRM may have a place for free text.
lost_renewals as (

    select
        opportunities.opportunity_id,
        crm_accounts.account_id,
        coalesce(loss_reasons.churn_detail, 'lost_other') as churn_detail,
        opportunities.close_date

    from opportunities

    inner join crm_accounts on opportunities.crm_account_id = crm_accounts.crm_account_id

    left join loss_reasons
        on lower(trim(opportunities.loss_reason)) = lower(trim(loss_reasons.crm_value))

)

select * from lost_renewals
