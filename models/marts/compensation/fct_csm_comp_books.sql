with

entries as (

    select * from {{ ref('int_compensation__entries') }}

    where amount_kind = 'opening'

),

quarters as (

    select * from {{ ref('int_compensation__quarters') }}

),

locked as (

    select * from {{ ref('int_compensation__locked_books') }}

),

-- Books of a closed quarter are those it was closed with.
todays as (

    select
        entries.csm_id,
        entries.quarter,
        entries.account_id,
        entries.entry_kind as book_kind,
        entries.entry_note as calc_note,
        entries.mrr_amount as opening_mrr,
        cast(entries.share_units as double) / entries.share_days as credit_share,
        cast(entries.credited_units as double) / entries.share_days as credited_opening_mrr

    from entries

    inner join quarters on entries.quarter = quarters.quarter

    where not quarters.is_locked

)

select * from todays

union all

select * from locked
