with

opportunities as (

    select * from {{ ref('stg_salesforce__opportunities') }}

    where is_current and not is_deleted

),

crm_accounts as (

    select * from {{ ref('int_accounts__crm_accounts') }}

)

select
    opportunities.opportunity_id,
    coalesce(crm_accounts.account_id, opportunities.crm_account_id) as account_id,
    lower(opportunities.opportunity_type) as opportunity_type,
    opportunities.forecast_category,
    case
        when not opportunities.is_closed then 'open'
        when opportunities.is_won then 'won'
        else 'lost'
    end as opportunity_status,
    opportunities.amount,
    opportunities.quoted_uplift_percent,
    opportunities.is_auto_renewed,
    opportunities.close_date,
    opportunities.contract_start_date,
    opportunities.contract_end_date,
    opportunities.renewal_notice_date,
    case when opportunities.is_closed then opportunities.close_date else {{ far_date() }} end
        as open_until_date,
    opportunities.created_at

from opportunities

left join crm_accounts on opportunities.crm_account_id = crm_accounts.crm_account_id

where opportunities.crm_account_id is not null
