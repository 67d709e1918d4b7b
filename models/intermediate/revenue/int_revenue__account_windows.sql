{# Sums of an account's movements by window. Months overlap twelve times in the trailing windows:
   this grows with accounts x months, never with days. #}
with

account_months as (

    select * from {{ ref('int_revenue__account_months') }}

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

),

segments as (

    select * from {{ ref('int_revenue__account_month_segments') }}

),

account_origins as (

    select * from {{ ref('int_revenue__account_origins') }}

),

retention as (

    select * from {{ ref('int_revenue__account_window_retention') }}

),

sums as (

    select
        windows.period_kind,
        windows.period_start,
        account_months.account_id,
        min(account_months.month) as first_month,
        {%- for column in mrr_movement_columns() %}
        sum(account_months.{{ column }}) as {{ column }},
        {%- endfor %}
        sum(
            case
                when account_months.month = windows.period_start
                    then account_months.opening_mrr
                else 0
            end
        ) as opening_mrr

    from windows

    inner join account_months
        on
            windows.period_start <= account_months.month
            and windows.last_month >= account_months.month

    group by windows.period_kind, windows.period_start, account_months.account_id

)

select
    sums.*,
    segments.size_tier,
    segments.plan,
    retention.base_opening_mrr,
    retention.base_closing_mrr,
    coalesce(account_origins.cohort_year, 'none') as cohort_year

from sums

inner join segments
    on sums.account_id = segments.account_id and sums.first_month = segments.month

left join account_origins on sums.account_id = account_origins.account_id

left join retention
    on
        sums.period_kind = retention.period_kind
        and sums.period_start = retention.period_start
        and sums.account_id = retention.account_id
