-- Who asks why MRR left wants all of it explained, in every segment as in the total.
with

reasons as (

    select
        month,
        segment_kind,
        segment_value,
        sum(churn_mrr) as churn_mrr

    from {{ ref('rpt_churn_reasons_monthly') }}

    group by month, segment_kind, segment_value

)

select
    coalesce(months.month, reasons.month) as month,
    coalesce(months.segment_kind, reasons.segment_kind) as segment_kind,
    coalesce(months.segment_value, reasons.segment_value) as segment_value,
    months.churn_mrr,
    reasons.churn_mrr as explained_mrr

from {{ ref('rpt_mrr_monthly') }} as months

full join reasons
    on
        months.month = reasons.month
        and months.segment_kind = reasons.segment_kind
        and months.segment_value = reasons.segment_value

where coalesce(months.churn_mrr, 0) <> coalesce(reasons.churn_mrr, 0)
