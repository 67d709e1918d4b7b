with

prices as (

    select * from {{ ref('int_billing__prices') }}

),

item_versions as (

    select
        versions.version_id,
        versions.row_key,
        versions.subscription_item_id,
        versions.subscription_id,
        versions.price_id,
        -- What is metered has no quantity that was agreed.
        case when not coalesce(prices.is_metered, false) then versions.quantity end as quantity,
        versions.is_deleted,
        versions.created_at,
        versions.synced_at

    from {{ ref('mem_stripe__subscription_items') }} as versions

    left join prices on versions.price_id = prices.price_id

),

last_versions as (

    select
        *,
        min(created_at) over (partition by subscription_item_id) as first_created_at,
        row_number() over (
            partition by subscription_item_id order by synced_at desc, version_id asc
        ) as version_number

    from item_versions

),

presence_events as (

    select * from {{ ref('mem_presence') }}

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
        is_deleted as is_gone,
        first_created_at

    from last_versions

    union all

    select
        last_versions.subscription_item_id,
        last_versions.subscription_id,
        presence_events.event_at as claimed_at,
        last_versions.price_id,
        last_versions.quantity,
        not presence_events.is_present as is_gone,
        last_versions.first_created_at

    from presence_events

    inner join last_versions
        on presence_events.row_key = last_versions.row_key and last_versions.version_number = 1

)

select * from row_claims
