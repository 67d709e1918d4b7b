-- Every dollar of MRR belongs to one cohort: what all cohorts retain at the end of a month or a
-- quarter is the company's MRR on that day. A cohort that loses or doubles an account breaks it.
with

cohorts as (

    select
        cohort_kind,
        segment_kind,
        age_end_date,
        sum(mrr_retained) as mrr

    from {{ ref('rpt_retention_cohorts') }}

    group by cohort_kind, segment_kind, age_end_date

),

months as (

    select
        months.end_date,
        rpt_mrr_monthly.closing_mrr

    from {{ ref('rpt_mrr_monthly') }} as rpt_mrr_monthly

    inner join {{ ref('int_revenue__months') }} as months on rpt_mrr_monthly.month = months.month

    where rpt_mrr_monthly.segment_kind = 'all'

)

select
    cohorts.*,
    months.closing_mrr

from cohorts

left join months on cohorts.age_end_date = months.end_date

where months.closing_mrr is null or cohorts.mrr <> months.closing_mrr
