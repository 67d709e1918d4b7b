-- Two reports state the retention of a month; a reader who finds two figures trusts neither.
select
    monthly.month,
    monthly.segment_kind,
    monthly.segment_value,
    monthly.nrr,
    retention.nrr as other_nrr

from {{ ref('rpt_retention') }} as retention

left join {{ ref('rpt_mrr_monthly') }} as monthly
    on
        retention.period_start = monthly.month
        and retention.segment_kind = monthly.segment_kind
        and retention.segment_value = monthly.segment_value

where
    retention.period_kind = 'month'
    and (
        monthly.month is null
        or not {{ is_same('retention.nrr', 'monthly.nrr') }}
        or not {{ is_same('retention.grr', 'monthly.grr') }}
        or not {{ is_same('retention.logo_retention', 'monthly.logo_retention') }}
        or not {{ is_same('retention.quick_ratio', 'monthly.quick_ratio') }}
    )
