with

movements as (

    select coalesce(sum(mrr_change), 0) as mrr_change from {{ ref('fct_mrr_movements') }}

),

months as (

    select coalesce(sum(closing_mrr), 0) as closing_mrr from {{ ref('rpt_mrr_monthly') }}

)

select movements.mrr_change, months.closing_mrr

from movements
cross join months

where movements.mrr_change <> months.closing_mrr or months.closing_mrr < 0
