{# What is credited otherwise today than a closed quarter was closed with: what its adjustment
   is caused by. #}
with

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

    where is_locked

),

both_sides as (

    select
        quarter,
        csm_id,
        account_id,
        movement_type as amount_kind,
        movement_date as amount_date,
        credited_mrr
    from {{ ref('int_compensation__lines') }}
    where line_kind in ('counted', 'manager_pool', 'rollup')

    union all

    select
        quarter,
        csm_id,
        account_id,
        movement_type as amount_kind,
        movement_date as amount_date,
        -credited_mrr as credited_mrr
    from {{ ref('int_compensation__locked_lines') }}
    where line_kind in ('counted', 'manager_pool', 'rollup')

    union all

    select
        quarter,
        csm_id,
        account_id,
        'opening MRR' as amount_kind,
        cast(null as date) as amount_date,
        cast(credited_units as double) / share_days as credited_mrr
    from {{ ref('int_compensation__entries') }}
    where amount_kind = 'opening' and entry_kind in ('counted', 'manager_pool')

    union all

    select
        quarter,
        csm_id,
        account_id,
        'opening MRR' as amount_kind,
        cast(null as date) as amount_date,
        -credited_opening_mrr as credited_mrr
    from {{ ref('int_compensation__locked_books') }}
    where book_kind in ('counted', 'manager_pool')

),

summed as (

    select
        both_sides.quarter,
        both_sides.csm_id,
        both_sides.account_id,
        both_sides.amount_kind,
        both_sides.amount_date,
        sum(both_sides.credited_mrr) as credited_change

    from both_sides

    inner join quarters on both_sides.quarter = quarters.quarter

    where both_sides.csm_id is not null

    group by
        both_sides.quarter, both_sides.csm_id, both_sides.account_id, both_sides.amount_kind,
        both_sides.amount_date

)

select
    quarter,
    csm_id,
    account_id,
    amount_kind,
    amount_kind || ' of account ' || account_id
    || coalesce(' on ' || cast(amount_date as varchar), '') || ' by '
    || cast(cast(credited_change as decimal(18, 2)) as varchar) as difference_note,
    credited_change,
    amount_date

from summed

where abs(credited_change) > 0.000001
