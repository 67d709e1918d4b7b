{# The reports that figures are read from, as CTEs with one row per month and segment. #}
{% macro kpi_reports() %}
    {%- set reports = {
        'revenue': ['rpt_mrr_monthly', none, none],
        'month_windows': ['rpt_retention', 'period_end_date', "period_kind = 'month'"],
        'year_windows': ['rpt_retention', 'period_end_date', "period_kind = 'trailing_12_months'"],
        'cohorts': [
            'rpt_retention_cohorts', 'age_end_date',
            "cohort_kind = 'month' and months_since_start = 12",
        ],
        'lifetimes': ['rpt_customer_lifetime_value', as_of_date(), none],
        'renewals': ['rpt_renewal_rates', 'period_start', "period_kind = 'month'"],
        'voice': ['rpt_voice_monthly', none, none],
        'accounts': ['rpt_account_kpis_monthly', none, none],
    } %}
    {%- for name, report in reports.items() %}
{{ name }} as (

    select
        {% if report[1] -%}
        cast({{ dbt.date_trunc('month', report[1]) }} as date) as month,
        {% endif -%}
        *

    from {{ ref(report[0]) }}
    {%- if report[2] %}

    where {{ report[2] }}
    {%- endif %}

),
    {%- endfor %}
{% endmacro %}
