{# Figures that a report has are read from it, the others divided from sums over accounts. Which
   column of which report a figure is, the macros kpi_reports and kpi_columns say. #}
{% set month_end = dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'expected.month')) %}
with

{{ kpi_reports() }}

churns as (

    select
        month,
        segment_kind,
        segment_value,
        -sum(churn_mrr) as churned_mrr,
        -sum(case when churn_reason = 'involuntary' then churn_mrr else 0 end) as involuntary_mrr,
        sum(churned_accounts) as churned_accounts

    from {{ ref('rpt_churn_reasons_monthly') }}

    group by month, segment_kind, segment_value

),

figures as (
    {{ kpi_rows() }}
),

definitions as (

    select
        kpi_definitions.*,
        case
            when kpi_definitions.needs is null then cast('1900-01-01' as date)
            else coalesce(sources.first_date, {{ far_date() }})
        end as on_from

    from {{ reference('kpi_definitions') }} as kpi_definitions

    left join {{ ref('int_health__sources') }} as sources
        on kpi_definitions.needs = sources.source_table

),

-- A target without a value holds for each segment of its kind that has none of its own.
targets as (
    {{ dated_reference('kpi_targets', ['kpi', 'segment_kind', 'segment_value']) }}
),

-- Where a report is silent on a segment with MRR, its figures are missing, and the row says so.
expected as (

    select
        revenue.month,
        revenue.segment_kind,
        revenue.segment_value,
        definitions.kpi

    from definitions

    cross join revenue

    where
        definitions.is_every_month
        and (
            revenue.segment_kind in ('all', 'size_tier', 'plan')
            or (definitions.is_by_owner and revenue.segment_kind in ('csm', 'region'))
            or (definitions.is_by_cohort_year and revenue.segment_kind = 'cohort_year')
        )

    union

    select
        month,
        segment_kind,
        segment_value,
        kpi

    from figures

),

completed as (

    select
        expected.*,
        definitions.unit,
        definitions.direction,
        definitions.definition_id,
        definitions.source_mart,
        definitions.number_owner,
        figures.value,
        figures.value_low,
        figures.value_high,
        figures.numerator,
        figures.denominator,
        figures.n,
        case
            when figures.value is not null then null
            when definitions.on_from > least({{ month_end }}, {{ as_of_date() }}) then 'source_off'
            else coalesce(figures.null_reason, 'no_base')
        end as null_reason,
        case when own.kpi is not null then own.target else common.target end as target,
        coalesce(figures.is_final, true) and {{ month_end }} <= {{ as_of_date() }} as is_complete

    from expected

    inner join definitions on expected.kpi = definitions.kpi

    left join figures
        on
            expected.kpi = figures.kpi
            and expected.month = figures.month
            and expected.segment_kind = figures.segment_kind
            and expected.segment_value = figures.segment_value
    {% for name, value in {'own': 'expected.segment_value', 'common': "''"}.items() %}
    left join targets as {{ name }}
        on
            expected.kpi = {{ name }}.kpi
            and expected.segment_kind = {{ name }}.segment_kind
            and {{ value }} = coalesce({{ name }}.segment_value, '')
            and {{ month_end }} >= {{ name }}.valid_from
            and {{ month_end }} < {{ name }}.valid_to
    {% endfor %}
)

select
    segment_kind,
    segment_value,
    kpi,
    unit,
    direction,
    definition_id,
    source_mart,
    number_owner,
    null_reason,
    value,
    value_low,
    value_high,
    numerator,
    denominator,
    n,
    target,
    case
        when is_complete and direction = 'up' then value >= target
        when is_complete and direction = 'down' then value <= target
    end as is_target_met,
    is_complete,
    month

from completed
