with

feedback as (

    select * from {{ ref('int_voice__feedback') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

    where not is_internal

),

churns as (

    select
        *,
        row_number() over (partition by account_id order by movement_date desc) as churn_number

    from {{ ref('fct_mrr_movements') }}

    where movement_type = 'churn'

),

account_themes as (

    select
        account_id,
        feedback_source,
        theme,
        count(*) as items,
        min(said_on) as first_said_on

    from feedback

    group by account_id, feedback_source, theme

),

-- What was said after the account had left explains nothing about its leaving.
placed as (

    select
        account_themes.feedback_source,
        account_themes.theme,
        account_themes.items,
        accounts.mrr,
        case
            when accounts.mrr > 0 then 'paying'
            when account_themes.first_said_on <= churns.movement_date then 'churned'
            else 'not_paying'
        end as account_state,
        churns.churn_reason,
        churns.churn_detail,
        churns.mrr_change

    from account_themes

    inner join accounts on account_themes.account_id = accounts.account_id

    left join churns
        on account_themes.account_id = churns.account_id and churns.churn_number = 1

),

explained as (

    select
        feedback_source,
        theme,
        account_state,
        items,
        mrr,
        case when account_state = 'churned' then churn_reason end as churn_reason,
        case when account_state = 'churned' then churn_detail end as churn_detail,
        case when account_state = 'churned' then mrr_change else 0 end as churned_mrr

    from placed

)

select
    feedback_source,
    theme,
    account_state,
    churn_reason,
    churn_detail,
    cast(sum(mrr) as decimal(18, 2)) as mrr,
    cast(sum(churned_mrr) as decimal(18, 2)) as churned_mrr,
    cast(count(*) as bigint) as feedback_accounts,
    cast(sum(items) as bigint) as feedback_items

from explained

group by feedback_source, theme, account_state, churn_reason, churn_detail
