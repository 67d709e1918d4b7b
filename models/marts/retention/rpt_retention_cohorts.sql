{# Ages come from the months that a cohort has lived through, not from survivors: a cohort of which
   nobody is left keeps its rows. #}
{% set age = dbt.datediff('sizes.cohort_month', 'windows.period_start', 'month') %}

with

lifetimes as (

    select * from {{ ref('int_revenue__lifetimes') }}

),

origin_months as (

    select * from {{ ref('int_revenue__origin_months') }}

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

    where is_complete and period_kind in ('month', 'quarter')

),

started as (

    select
        windows.period_kind as cohort_kind,
        windows.period_start as cohort_month,
        lifetimes.account_id,
        lifetimes.size_tier,
        lifetimes.plan,
        coalesce(origin_months.mrr, 0) as mrr_at_start

    from lifetimes

    inner join windows
        on
            lifetimes.cohort_month >= windows.period_start
            and lifetimes.cohort_month < windows.period_end

    left join origin_months
        on
            lifetimes.account_id = origin_months.account_id
            and windows.last_month = origin_months.month

),

segmented as (
    {% for kind in cohort_segments() %}
    select
        cohort_kind,
        cohort_month,
        '{{ kind }}' as segment_kind,
        {{ cohort_segments()[kind] }} as segment_value,
        account_id,
        mrr_at_start
    from started
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sizes as (

    select
        cohort_kind,
        cohort_month,
        segment_kind,
        segment_value,
        count(*) as accounts_at_start,
        sum(mrr_at_start) as mrr_at_start

    from segmented

    group by cohort_kind, cohort_month, segment_kind, segment_value

),

survivors as (

    select
        segmented.cohort_kind,
        segmented.cohort_month,
        segmented.segment_kind,
        segmented.segment_value,
        windows.period_start,
        count(*) as accounts_retained,
        sum(origin_months.mrr) as mrr_retained,
        sum(least(origin_months.mrr, segmented.mrr_at_start)) as mrr_retained_gross

    from segmented

    inner join origin_months on segmented.account_id = origin_months.account_id

    inner join windows
        on
            segmented.cohort_kind = windows.period_kind
            and origin_months.month = windows.last_month
            and segmented.cohort_month <= windows.period_start

    group by
        segmented.cohort_kind,
        segmented.cohort_month,
        segmented.segment_kind,
        segmented.segment_value,
        windows.period_start

)

select
    sizes.cohort_kind,
    sizes.cohort_month,
    cast({{ age }} as integer) as months_since_start,
    windows.end_date as age_end_date,
    sizes.segment_kind,
    sizes.segment_value,
    cast(sizes.accounts_at_start as bigint) as accounts_at_start,
    cast(coalesce(survivors.accounts_retained, 0) as bigint) as accounts_retained,
    cast(sizes.mrr_at_start as decimal(18, 2)) as mrr_at_start,
    cast(coalesce(survivors.mrr_retained, 0) as decimal(18, 2)) as mrr_retained,
    cast(coalesce(survivors.mrr_retained_gross, 0) as decimal(18, 2)) as mrr_retained_gross

from sizes

inner join windows
    on sizes.cohort_kind = windows.period_kind and sizes.cohort_month <= windows.period_start

left join survivors
    on
        sizes.cohort_kind = survivors.cohort_kind
        and sizes.cohort_month = survivors.cohort_month
        and sizes.segment_kind = survivors.segment_kind
        and sizes.segment_value = survivors.segment_value
        and windows.period_start = survivors.period_start
