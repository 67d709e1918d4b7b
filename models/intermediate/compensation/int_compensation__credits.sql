{# Every amount of a quarter, shared out. #}
with

bases as (

    select * from {{ ref('int_compensation__bases') }}

),

amounts as (

    select * from {{ ref('int_compensation__amounts') }}

),

shares as (

    select * from {{ ref('int_compensation__shares') }}

)

select
    bases.quarter,
    bases.basis_id,
    bases.is_paid_by,
    amounts.account_id,
    amounts.amount_kind,
    shares.csm_id,
    shares.share_kind,
    shares.share_note,
    amounts.mrr_amount,
    shares.share_units,
    shares.share_days,
    cast(amounts.mrr_amount * shares.share_units as decimal(38, 11)) as credited_units,
    amounts.is_in_book,
    amounts.is_excluded,
    amounts.amount_date

from amounts

inner join bases on amounts.quarter = bases.quarter

inner join shares
    on
        shares.occasion_id = bases.basis_id || '/' || amounts.account_id || '/'
        || case
            when amounts.amount_kind <> 'opening' and bases.attribution_method = 'event_date_owner'
                then cast(amounts.amount_date as varchar) || '/movement'
            else cast(bases.quarter_start_date as varchar)
        end
