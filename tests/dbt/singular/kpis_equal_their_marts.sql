-- One name must not have two figures. Which column is which stands here once more, so that a slip
-- in the macro that fills the report is seen.
{% set columns = {
    'rpt_mrr_monthly': [
        'month', none, {
            'mrr': 'closing_mrr', 'arr': 'closing_arr', 'paying_accounts': 'paying_accounts',
            'new_mrr': 'new_mrr', 'expansion_mrr': 'expansion_mrr',
            'contraction_mrr': 'contraction_mrr', 'churn_mrr': 'churn_mrr',
            'reactivation_mrr': 'reactivation_mrr', 'fx_mrr': 'fx_mrr',
            'transfer_mrr': 'transfer_mrr', 'nrr': 'nrr', 'grr': 'grr',
            'logo_retention': 'logo_retention',
        },
    ],
    'rpt_retention': [
        dbt.date_trunc('month', 'period_end_date'), "period_kind = 'trailing_12_months'", {
            'nrr_12_months': 'nrr', 'grr_12_months': 'grr',
            'logo_retention_12_months': 'logo_retention',
            'gross_mrr_churn_rate_12_months': 'gross_mrr_churn_rate',
            'net_mrr_churn_rate_12_months': 'net_mrr_churn_rate',
            'quick_ratio_12_months': 'quick_ratio',
        },
    ],
    'rpt_customer_lifetime_value': [
        dbt.date_trunc('month', as_of_date()), none, {
            'cltv': 'cltv', 'cltv_textbook': 'cltv_textbook', 'cac': 'cac',
            'expected_life_months': 'expected_life_months',
            'survival_rate_365_days': 'survival_rate_365_days',
        },
    ],
    'rpt_renewal_rates': [
        'period_start', "period_kind = 'month'", {
            'renewal_rate_on_time': 'renewal_rate_on_time',
            'renewal_rate_30_days': 'renewal_rate_30_days',
            'renewal_rate_90_days': 'renewal_rate_90_days',
            'mrr_renewal_rate_on_time': 'mrr_renewal_rate_on_time',
            'mrr_renewal_rate_30_days': 'mrr_renewal_rate_30_days',
            'mrr_renewal_rate_90_days': 'mrr_renewal_rate_90_days',
        },
    ],
    'rpt_voice_monthly': [
        'month', none, {
            'nps': 'nps', 'csat': 'csat', 'csat_mean': 'csat_mean',
            'response_rate': 'response_rate',
        },
    ],
} %}
with

kpis as (

    select * from {{ ref('rpt_cs_kpis_monthly') }}

),

reported as (
    {% for mart, (month, condition, figures) in columns.items() %}
    {% set is_last = loop.last %}
    {% for kpi, column in figures.items() %}
    select
        cast({{ month }} as date) as month,
        segment_kind,
        segment_value,
        '{{ kpi }}' as kpi,
        cast({{ column }} as double) as reported_value

    from {{ ref(mart) }}
    {% if condition %}where {{ condition }}{% endif %}
    {{ 'union all' if not (is_last and loop.last) }}
    {% endfor %}
    {% endfor %}
),

-- The month's own rates are shown by two reports.
differences as (

    select
        reported.month,
        reported.segment_kind,
        reported.segment_value,
        reported.kpi,
        reported.reported_value,
        kpis.value

    from reported

    left join kpis
        on
            reported.month = kpis.month
            and reported.segment_kind = kpis.segment_kind
            and reported.segment_value = kpis.segment_value
            and reported.kpi = kpis.kpi

    where
        kpis.kpi is null
        or coalesce(abs(reported.reported_value - kpis.value), 0)
        > 1e-9 * greatest(1, abs(kpis.value))
        or (reported.reported_value is null) <> (kpis.value is null)

),

-- What is shown as a ratio is one.
no_ratios as (

    select
        month,
        segment_kind,
        segment_value,
        kpi,
        case when kpi = 'nps' then 100 else 1 end * numerator / nullif(denominator, 0)
            as reported_value,
        value

    from kpis

    where
        denominator is not null
        and kpi <> 'cac'

)

select * from differences

union all

select * from no_ratios

where abs(reported_value - value) > 1e-9 * greatest(1, abs(value))
