-- Gross retention caps each account at its opening, so it can exceed neither 1 nor the net rate; a
-- cap on the wrong grain is the classical error. One part in a billion is binary arithmetic.
with

rates as (

    select
        'month' as period_kind,
        month as period_start,
        segment_kind,
        segment_value,
        nrr,
        grr,
        logo_retention
    from {{ ref('rpt_mrr_monthly') }}

    union all

    select
        period_kind,
        period_start,
        segment_kind,
        segment_value,
        nrr,
        grr,
        logo_retention
    from {{ ref('rpt_retention') }}

)

select *

from rates

where grr > least(1, nrr) + 1e-9 or grr < 0 or logo_retention < 0 or logo_retention > 1
