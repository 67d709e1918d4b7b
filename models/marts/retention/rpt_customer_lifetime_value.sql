{# The last twelve complete months end before this day. #}
{% set end_date = dbt.date_trunc('month', dbt.dateadd('day', 1, as_of_date())) %}

with

account_months as (

    select * from {{ ref('fct_account_months') }}

),

expected_lives as (

    select * from {{ ref('int_revenue__expected_lives') }}

),

acquisitions as (

    select * from {{ ref('int_revenue__acquisitions') }}

),

retention as (

    select * from {{ ref('rpt_retention') }}

    where period_kind = 'month' and is_complete

),

gross_margins as (

    select
        gross_margin,
        row_number() over (order by valid_from desc) as margin_number

    from {{ reference('gross_margins') }}

    where valid_from <= {{ as_of_date() }}

),

segmented as (
    {% for kind in cohort_segments() %}
    select
        '{{ kind }}' as segment_kind,
        {{ cohort_segments()[kind] }} as segment_value,
        month,
        closing_mrr
    from account_months
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

paying as (

    select
        segmented.segment_kind,
        segmented.segment_value,
        count(*) as paying_accounts,
        sum(segmented.closing_mrr) as mrr

    from segmented

    where
        segmented.closing_mrr > 0
        and segmented.month = {{ dbt.date_trunc('month', as_of_date()) }}

    group by segmented.segment_kind, segmented.segment_value

),

left_by_month as (

    select
        segment_kind,
        segment_value,
        cast(sum(base_accounts - retained_accounts) as double)
        / nullif(sum(base_accounts), 0) as monthly_churn_rate

    from retention

    where period_start >= {{ dbt.dateadd('month', -12, end_date) }}

    group by segment_kind, segment_value

),

valued as (

    select
        paying.*,
        gross_margins.gross_margin,
        expected_lives.expected_life_months,
        expected_lives.observed_life_months,
        expected_lives.survival_rate_365_days,
        left_by_month.monthly_churn_rate,
        coalesce(acquisitions.new_accounts, 0) as new_accounts,
        acquisitions.acquisition_cost,
        paying.mrr / paying.paying_accounts as arpa

    from paying

    left join gross_margins on gross_margins.margin_number = 1

    left join expected_lives
        on
            paying.segment_kind = expected_lives.segment_kind
            and paying.segment_value = expected_lives.segment_value

    left join left_by_month
        on
            paying.segment_kind = left_by_month.segment_kind
            and paying.segment_value = left_by_month.segment_value

    left join acquisitions
        on
            paying.segment_kind = acquisitions.segment_kind
            and paying.segment_value = acquisitions.segment_value

)

select
    segment_kind,
    segment_value,
    cast(paying_accounts as bigint) as paying_accounts,
    cast(mrr as decimal(18, 2)) as mrr,
    cast(arpa as decimal(18, 2)) as arpa,
    cast(gross_margin as double) as gross_margin,
    expected_life_months,
    observed_life_months,
    survival_rate_365_days,
    cast(arpa * gross_margin * expected_life_months as decimal(18, 2)) as cltv,
    monthly_churn_rate,
    cast(arpa * gross_margin / nullif(monthly_churn_rate, 0) as decimal(18, 2)) as cltv_textbook,
    cast(new_accounts as bigint) as new_accounts,
    cast(acquisition_cost as decimal(18, 2)) as acquisition_cost,
    cast(cast(acquisition_cost as double) / nullif(new_accounts, 0) as decimal(18, 2)) as cac

from valued
