with

claims as (

    select
        *,
        {{ reporting_day('claimed_at') }} as claim_date

    from {{ ref('int_billing__item_claims') }}

),

prices as (

    select * from {{ ref('int_billing__prices') }}

),

-- A claim that repeats the state in force is no change.
sequenced as (

    select
        *,
        lag(is_gone) over by_item = is_gone
        and {{ is_same('lag(price_id) over by_item', 'price_id') }}
        and {{ is_same('lag(quantity) over by_item', 'quantity') }} as is_repeat

    from claims

    -- Price and quantity only keep the order total where two rows say two things at one moment.
    window by_item as (
        partition by subscription_item_id order by claimed_at, claim_rank, price_id, quantity
    )

),

ranked as (

    select
        *,
        row_number() over (
            partition by subscription_item_id, claim_date
            order by claimed_at desc, claim_rank desc, price_id desc, quantity desc
        ) as claim_number

    from sequenced

    -- A regular line may bring another amount where the amount is what was invoiced.
    where invoiced_amount is not null or not coalesce(is_repeat, false)

),

-- The state of a day is the latest claim up to its end.
day_claims as (

    select
        ranked.*,
        coalesce(prices.is_tiered or prices.is_metered, false) as is_amount_invoiced,
        lag(ranked.price_id) over by_item as previous_price_id,
        lag(ranked.quantity) over by_item as previous_quantity,
        lag(ranked.is_gone) over by_item as was_gone

    from ranked

    left join prices on ranked.price_id = prices.price_id

    where ranked.claim_number = 1

    window by_item as (partition by ranked.subscription_item_id order by ranked.claim_date)

),

changes as (

    select
        *,
        was_gone is null
        or is_gone <> was_gone
        or (
            not is_gone
            and (
                not {{ is_same('price_id', 'previous_price_id') }}
                or not {{ is_same('quantity', 'previous_quantity') }}
            )
        ) as is_state_change

    from day_claims

)

select * from changes
