{{ config(tags=['comp_refusal']) }}
-- Whatever the method, every dollar of the opening MRR and of every movement is credited once: to a
-- CSM, to a pool, to nobody, or it is left out and shown. Exact, in shares of days. As of today, so
-- also for quarters that are closed; their own lines stay as they were.
with

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

company as (

    select
        quarter,
        amount_kind,
        sum(mrr_amount) as mrr_amount

    from {{ ref('int_compensation__amounts') }}

    group by quarter, amount_kind

),

credited as (

    select
        basis_id,
        amount_kind,
        sum(credited_units) as credited_units

    from {{ ref('int_compensation__credits') }}

    group by basis_id, amount_kind

),

entered as (

    select
        quarter,
        amount_kind,
        sum(credited_units) as credited_units

    from {{ ref('int_compensation__entries') }}

    group by quarter, amount_kind

),

moved as (

    select
        {{ fiscal_quarter_name('movement_date') }} as quarter,
        movement_type as amount_kind,
        mrr_change

    from {{ ref('fct_mrr_movements') }}

),

movements as (

    select
        quarter,
        amount_kind,
        sum(mrr_change) as mrr_amount

    from moved

    group by quarter, amount_kind

)

select
    bases.basis_id,
    company.amount_kind,
    company.mrr_amount,
    movements.mrr_amount as movements,
    credited.credited_units,
    entered.credited_units as entered_units

from bases

inner join company on bases.quarter = company.quarter

left join credited
    on bases.basis_id = credited.basis_id and company.amount_kind = credited.amount_kind

left join entered
    on bases.quarter = entered.quarter and company.amount_kind = entered.amount_kind

left join movements
    on bases.quarter = movements.quarter and company.amount_kind = movements.amount_kind

where
    company.mrr_amount * bases.share_days <> coalesce(credited.credited_units, 0)
    or (
        bases.is_paid_by
        and company.mrr_amount * bases.share_days <> coalesce(entered.credited_units, 0)
    )
    or (
        company.amount_kind <> 'opening' and company.mrr_amount <> coalesce(movements.mrr_amount, 0)
    )
