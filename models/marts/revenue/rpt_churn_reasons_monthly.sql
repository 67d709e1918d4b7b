with

churns as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'movement_date') }} as date) as month

    from {{ ref('fct_mrr_movements') }}

    where movement_type = 'churn'

),

account_months as (

    select * from {{ ref('fct_account_months') }}

),

with_segments as (

    select
        churns.*,
        account_months.size_tier,
        account_months.plan,
        account_months.csm,
        account_months.region,
        account_months.cohort_year

    from churns

    inner join account_months
        on churns.account_id = account_months.account_id and churns.month = account_months.month

),

segmented as (
    {{ by_segment('with_segments') }}
)

select
    segment_kind,
    segment_value,
    churn_reason,
    churn_detail,
    cast(sum(mrr_change) as decimal(18, 2)) as churn_mrr,
    count(distinct account_id) as churned_accounts,
    month

from segmented

group by month, segment_kind, segment_value, churn_reason, churn_detail
