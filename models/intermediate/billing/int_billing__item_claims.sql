with

line_claims as (

    select * from {{ ref('int_billing__line_claims') }}

),

row_claims as (

    select * from {{ ref('int_billing__row_claims') }}

),

line_ends as (

    select * from {{ ref('int_billing__line_ends') }}

),

claims as (

    select
        subscription_item_id,
        subscription_id,
        claimed_at,
        price_id,
        quantity,
        is_gone,
        'invoice_line' as evidence,
        claim_kind,
        invoiced_amount,
        prorated_amount,
        case claim_kind when 'regular' then 1 else 2 end as claim_rank

    from line_claims

    union all

    select
        subscription_item_id,
        subscription_id,
        claimed_at,
        price_id,
        quantity,
        is_gone,
        'item_row' as evidence,
        'row' as claim_kind,
        cast(null as double) as invoiced_amount,
        cast(null as double) as prorated_amount,
        case when is_gone then 4 else 3 end as claim_rank

    from row_claims

    union all

    select
        subscription_item_id,
        subscription_id,
        claimed_at,
        price_id,
        quantity,
        true as is_gone,
        'line_end' as evidence,
        'line_end' as claim_kind,
        cast(null as double) as invoiced_amount,
        cast(null as double) as prorated_amount,
        0 as claim_rank

    from line_ends

),

numbered as (

    select
        *,
        row_number()
            over (partition by subscription_item_id order by claimed_at, claim_rank)
            as claim_number

    from claims

),

first_rows as (

    select
        subscription_item_id,
        min(first_created_at) as first_created_at

    from row_claims

    group by subscription_item_id

),

reached_back as (

    select
        numbered.*,
        -- The earliest claim of an item whose row was ever seen reaches back to its `created`.
        numbered.claim_number = 1
        and first_rows.first_created_at < numbered.claimed_at as is_reached_back,
        first_rows.first_created_at

    from numbered

    left join first_rows on numbered.subscription_item_id = first_rows.subscription_item_id

)

select
    subscription_item_id,
    subscription_id,
    case when is_reached_back then first_created_at else claimed_at end as claimed_at,
    price_id,
    quantity,
    is_gone,
    case when is_reached_back then 'created' else evidence end as evidence,
    claim_kind,
    invoiced_amount,
    prorated_amount,
    claim_rank

from reached_back
