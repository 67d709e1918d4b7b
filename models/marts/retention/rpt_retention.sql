with

window_segments as (

    select * from {{ ref('int_revenue__window_segments') }}

),

windows as (

    select * from {{ ref('int_revenue__windows') }}

),

segmented as (
    {{ by_segment('window_segments') }}
),

sums as (

    select
        period_kind,
        period_start,
        segment_kind,
        segment_value,
        cast(sum(opening_mrr) as double) as opening_mrr,
        cast(sum(new_mrr + expansion_mrr + reactivation_mrr) as double) as gained_mrr,
        cast(sum(expansion_mrr + reactivation_mrr) as double) as expanded_mrr,
        cast(-sum(contraction_mrr + churn_mrr) as double) as lost_mrr,
        cast(sum(base_opening_mrr) as double) as base_opening_mrr,
        cast(sum(base_closing_mrr) as double) as base_closing_mrr,
        cast(sum(base_capped_mrr) as double) as base_capped_mrr,
        sum(base_accounts) as base_accounts,
        sum(retained_accounts) as retained_accounts

    from segmented

    group by period_kind, period_start, segment_kind, segment_value

)

select
    sums.period_kind,
    sums.period_start,
    windows.end_date as period_end_date,
    windows.is_complete,
    sums.segment_kind,
    sums.segment_value,
    sums.base_closing_mrr / nullif(sums.base_opening_mrr, 0) as nrr,
    sums.base_capped_mrr / nullif(sums.base_opening_mrr, 0) as grr,
    cast(sums.retained_accounts as double) / nullif(sums.base_accounts, 0) as logo_retention,
    sums.lost_mrr / nullif(sums.opening_mrr, 0) as gross_mrr_churn_rate,
    (sums.lost_mrr - sums.expanded_mrr) / nullif(sums.opening_mrr, 0) as net_mrr_churn_rate,
    sums.gained_mrr / nullif(sums.lost_mrr, 0) as quick_ratio,
    cast(sums.base_accounts as bigint) as base_accounts,
    cast(sums.retained_accounts as bigint) as retained_accounts,
    cast(coalesce(sums.base_opening_mrr, 0) as decimal(18, 2)) as base_opening_mrr,
    cast(coalesce(sums.base_closing_mrr, 0) as decimal(18, 2)) as base_closing_mrr,
    cast(coalesce(sums.base_capped_mrr, 0) as decimal(18, 2)) as base_capped_mrr,
    cast(sums.opening_mrr as decimal(18, 2)) as opening_mrr,
    cast(sums.lost_mrr as decimal(18, 2)) as lost_mrr,
    cast(sums.expanded_mrr as decimal(18, 2)) as expanded_mrr,
    cast(sums.gained_mrr as decimal(18, 2)) as gained_mrr

from sums

inner join windows
    on sums.period_kind = windows.period_kind and sums.period_start = windows.period_start
