{# What accounts bring to the figures of rpt_cs_kpis_monthly that no other report adds up. #}
{% set first_value_until = dbt.dateadd(
    'day', var('kpi_first_value_days'), 'dim_accounts.first_paid_date'
) %}
with

account_months as (

    select * from {{ ref('fct_account_months') }}

),

month_ends as (

    select * from {{ ref('int_usage__month_ends') }}

),

usage_source as (

    select min(first_date) as first_date from {{ ref('int_health__sources') }}

    where source_table = 'segment.tracks'

),

health as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'score_date') }} as date) as month

    from {{ ref('fct_account_health') }}

    where
        score_date = {{ as_of_date() }}
        or {{ is_month_end('score_date') }}

),

rfm as (

    select * from {{ ref('fct_account_rfm_months') }}

),

-- Service is judged over the year that ends with the as-of day.
services as (

    select
        *,
        cast({{ dbt.date_trunc('month', as_of_date()) }} as date) as month

    from {{ ref('rpt_account_service') }}

),

-- In the month in which an account began to pay, once it has had its days for the first value. Who
-- began before anything was tracked may have reached it unseen.
first_values as (

    select
        dim_accounts.account_id,
        cast({{ dbt.date_trunc('month', 'dim_accounts.first_paid_date') }} as date) as month,
        coalesce(
            dim_accounts.is_first_value_reached
            and dim_accounts.days_to_first_value <= {{ var('kpi_first_value_days') }},
            false
        ) as is_first_value_in_time,
        dim_accounts.days_to_first_value

    from {{ ref('dim_accounts') }} as dim_accounts

    inner join usage_source on dim_accounts.first_paid_date >= usage_source.first_date

    where
        dim_accounts.days_to_first_value is not null
        and {{ first_value_until }} <= {{ as_of_date() }}

)

select
    account_months.account_id,
    account_months.size_tier,
    account_months.plan,
    account_months.csm,
    account_months.region,
    account_months.cohort_year,
    case
        when month_ends.account_id is null then 'not_scored'
        when coalesce(usage_source.first_date, {{ far_date() }}) > month_ends.score_date
            then 'usage_source_off'
        when month_ends.monthly_active_users is null then 'usage_gap'
    end as usage_null_reason,
    cast(month_ends.weekly_active_users as bigint) as weekly_active_users,
    cast(month_ends.monthly_active_users as bigint) as monthly_active_users,
    cast(month_ends.weekday_active_users as double) as weekday_active_users,
    cast(month_ends.mean_weekly_active_users as double) as mean_weekly_active_users,
    cast(month_ends.paid_seats as double) as paid_seats,
    cast(month_ends.entitled_features as bigint) as entitled_features,
    cast(month_ends.used_features as bigint) as used_features,
    cast(month_ends.tier_feature_users as bigint) as tier_feature_users,
    cast(month_ends.recent_user_days as bigint) as recent_user_days,
    cast(month_ends.prior_user_days as bigint) as prior_user_days,
    case when health.account_id is null then 'not_scored' else health.null_reason end
        as health_null_reason,
    health.health_band,
    health.health_score,
    case
        when rfm.null_reason is null and rfm.account_id is not null
            then coalesce(rfm.named_rule = 'high_value_active', false)
    end as is_high_value_active,
    case
        when rfm.null_reason is null and rfm.account_id is not null
            then coalesce(rfm.named_rule = 'low_value_at_risk', false)
    end as is_low_value_at_risk,
    first_values.is_first_value_in_time,
    cast(
        case
            when first_values.is_first_value_in_time then first_values.days_to_first_value
            when not first_values.is_first_value_in_time then {{ var('kpi_first_value_days') }}
        end as bigint
    ) as first_value_days,
    services.service_status,
    case when services.touch_cost is not null then services.service_budget end as service_budget,
    services.touch_cost,
    account_months.month

from account_months

cross join usage_source

left join month_ends
    on account_months.account_id = month_ends.account_id and account_months.month = month_ends.month

left join health
    on account_months.account_id = health.account_id and account_months.month = health.month

left join rfm on account_months.account_id = rfm.account_id and account_months.month = rfm.month

left join services
    on
        account_months.account_id = services.account_id
        and account_months.month = services.month

left join first_values
    on
        account_months.account_id = first_values.account_id
        and account_months.month = first_values.month
