{# Everything that rates of a window are made of, as sums: small enough to be summed again by each
   kind of segment. #}
with

account_windows as (

    select * from {{ ref('int_revenue__account_windows') }}

),

segments as (

    select * from {{ ref('int_revenue__account_month_segments') }}

),

account_origins as (

    select * from {{ ref('int_revenue__account_origins') }}

),

retention as (

    select * from {{ ref('int_revenue__account_window_retention') }}

)

select
    account_windows.period_kind,
    account_windows.period_start,
    segments.size_tier,
    segments.plan,
    segments.csm,
    segments.region,
    coalesce(account_origins.cohort_year, 'none') as cohort_year,
    sum(account_windows.opening_mrr) as opening_mrr,
    {%- for column in mrr_movement_columns() %}
    sum(account_windows.{{ column }}) as {{ column }},
    {%- endfor %}
    sum(retention.base_opening_mrr) as base_opening_mrr,
    sum(retention.base_closing_mrr) as base_closing_mrr,
    sum(least(retention.base_closing_mrr, retention.base_opening_mrr)) as base_capped_mrr,
    count(retention.account_id) as base_accounts,
    count(case when retention.base_closing_mrr > 0 then 1 end) as retained_accounts

from account_windows

inner join segments
    on
        account_windows.account_id = segments.account_id
        and account_windows.first_month = segments.month

left join account_origins on account_windows.account_id = account_origins.account_id

left join retention
    on
        account_windows.period_kind = retention.period_kind
        and account_windows.period_start = retention.period_start
        and account_windows.account_id = retention.account_id

group by
    account_windows.period_kind,
    account_windows.period_start,
    segments.size_tier,
    segments.plan,
    segments.csm,
    segments.region,
    coalesce(account_origins.cohort_year, 'none')
