with

line_claims as (

    select * from {{ ref('int_billing__line_claims') }}

),

item_versions as (

    select * from {{ ref('mem_stripe__subscription_items') }}

),

last_versions as (

    select
        *,
        min(created_at) over (partition by subscription_item_id) as first_created_at,
        row_number() over (
            partition by subscription_item_id order by synced_at desc, version_id
        ) as version_number

    from item_versions

),

presence_events as (

    select
        *,
        row_number() over (partition by row_key order by event_at desc) as event_number

    from {{ ref('mem_presence') }}

    where source_table = 'stripe.subscription_item'

),

-- The item's own row: each version from the moment it was synced, and when it was seen to vanish
-- or, after that, to be back.
row_claims as (

    select
        subscription_item_id,
        subscription_id,
        coalesce(synced_at, created_at) as claimed_at,
        price_id,
        quantity,
        is_deleted as is_gone

    from item_versions

    union all

    select
        last_versions.subscription_item_id,
        last_versions.subscription_id,
        presence_events.event_at as claimed_at,
        last_versions.price_id,
        last_versions.quantity,
        not presence_events.is_present as is_gone

    from presence_events

    inner join last_versions
        on presence_events.row_key = last_versions.row_key and last_versions.version_number = 1

),

last_row_claims as (

    select
        *,
        row_number() over (
            partition by subscription_item_id order by claimed_at desc, is_gone desc
        ) as claim_number

    from row_claims

),

last_line_claims as (

    select
        *,
        row_number() over (
            partition by subscription_item_id order by claimed_at desc, claim_kind
        ) as claim_number

    from line_claims

),

-- An item without a row ends with the last line in force, or when it was seen to vanish.
line_ends as (

    select
        last_line_claims.subscription_item_id,
        last_line_claims.subscription_id,
        case
            when
                last_row_claims.claimed_at >= last_line_claims.claimed_at
                and last_row_claims.claimed_at < last_line_claims.period_ends_at
                then last_row_claims.claimed_at
            else last_line_claims.period_ends_at
        end as claimed_at,
        last_line_claims.price_id,
        last_line_claims.quantity

    from last_line_claims

    left join last_row_claims
        on
            last_line_claims.subscription_item_id = last_row_claims.subscription_item_id
            and last_row_claims.claim_number = 1

    where
        last_line_claims.claim_number = 1
        and not last_line_claims.is_gone
        and last_line_claims.period_ends_at is not null
        and coalesce(last_row_claims.is_gone, true)

),

claims as (

    select
        subscription_item_id, subscription_id, claimed_at, price_id, quantity, is_gone,
        'invoice_line' as evidence,
        claim_kind,
        invoiced_amount,
        prorated_amount,
        case claim_kind when 'regular' then 1 else 2 end as claim_rank

    from line_claims

    union all

    select
        subscription_item_id, subscription_id, claimed_at, price_id, quantity, is_gone,
        'item_row' as evidence,
        'row' as claim_kind,
        cast(null as double) as invoiced_amount,
        cast(null as double) as prorated_amount,
        case when is_gone then 4 else 3 end as claim_rank

    from row_claims

    union all

    select
        subscription_item_id, subscription_id, claimed_at, price_id, quantity, true as is_gone,
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
        row_number() over (partition by subscription_item_id order by claimed_at, claim_rank) as claim_number

    from claims

)

-- The earliest claim of an item whose row was ever seen reaches back to the row's `created`.
select
    numbered.subscription_item_id,
    numbered.subscription_id,
    case
        when numbered.claim_number = 1 and last_versions.first_created_at < numbered.claimed_at
            then last_versions.first_created_at
        else numbered.claimed_at
    end as claimed_at,
    numbered.price_id,
    numbered.quantity,
    numbered.is_gone,
    case
        when numbered.claim_number = 1 and last_versions.first_created_at < numbered.claimed_at then 'created'
        else numbered.evidence
    end as evidence,
    numbered.claim_kind,
    numbered.invoiced_amount,
    numbered.prorated_amount,
    numbered.claim_rank

from numbered

left join last_versions
    on
        numbered.subscription_item_id = last_versions.subscription_item_id
        and last_versions.version_number = 1
