with

account_months as (

    select * from {{ ref('int_revenue__account_months') }}

),

segments as (

    select * from {{ ref('int_revenue__account_month_segments') }}

),

account_origins as (

    select * from {{ ref('int_revenue__account_origins') }}

)

select
    account_months.account_id,
    segments.size_tier,
    segments.plan,
    segments.csm,
    segments.region,
    coalesce(account_origins.cohort_year, 'none') as cohort_year,
    account_months.opening_mrr,
    {%- for column in mrr_movement_columns() %}
    account_months.{{ column }},
    {%- endfor %}
    account_months.closing_mrr,
    account_months.month

from account_months

inner join segments
    on account_months.account_id = segments.account_id and account_months.month = segments.month

left join account_origins on account_months.account_id = account_origins.account_id
