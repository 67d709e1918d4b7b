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
        and lag(price_id) over by_item is not distinct from price_id
        and lag(quantity) over by_item is not distinct from quantity as is_repeat

    from claims

    window by_item as (partition by subscription_item_id order by claimed_at, claim_rank)

),

ranked as (

    select
        *,
        row_number() over (
            partition by subscription_item_id, claim_date order by claimed_at desc, claim_rank desc
        ) as claim_number

    from sequenced

    -- A regular line may bring another amount where the amount is what was invoiced.
    where claim_kind = 'regular' or not coalesce(is_repeat, false)

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
                price_id is distinct from previous_price_id
                or quantity is distinct from previous_quantity
            )
        ) as is_state_change

    from day_claims

),

regular_lines as (

    select subscription_item_id, claim_date, price_id, quantity, invoiced_amount

    from claims

    where claim_kind = 'regular' and invoiced_amount is not null

),

-- Without an invoiced amount of its own a claim takes that of the next regular line at its
-- quantity; until there is one, its own proration or, by seat, that of the line before.
line_candidates as (

    select
        changes.subscription_item_id,
        changes.claim_date,
        regular_lines.claim_date > changes.claim_date as is_later,
        regular_lines.invoiced_amount,
        regular_lines.quantity,
        row_number() over (
            partition by
                changes.subscription_item_id,
                changes.claim_date,
                regular_lines.claim_date > changes.claim_date
            order by abs({{ dbt.datediff('changes.claim_date', 'regular_lines.claim_date', 'day') }})
        ) as line_number

    from changes

    inner join regular_lines
        on
            changes.subscription_item_id = regular_lines.subscription_item_id
            and changes.price_id = regular_lines.price_id
            and (
                regular_lines.claim_date < changes.claim_date
                or (
                    regular_lines.claim_date > changes.claim_date
                    and regular_lines.quantity = changes.quantity
                )
            )

    where changes.is_amount_invoiced and changes.invoiced_amount is null and not changes.is_gone

),

valued as (

    select
        changes.*,
        coalesce(
            changes.invoiced_amount,
            later_lines.invoiced_amount,
            changes.prorated_amount,
            earlier_lines.invoiced_amount * changes.quantity / nullif(earlier_lines.quantity, 0)
        ) as amount

    from changes

    left join line_candidates as later_lines
        on
            changes.subscription_item_id = later_lines.subscription_item_id
            and changes.claim_date = later_lines.claim_date
            and later_lines.is_later
            and later_lines.line_number = 1

    left join line_candidates as earlier_lines
        on
            changes.subscription_item_id = earlier_lines.subscription_item_id
            and changes.claim_date = earlier_lines.claim_date
            and not earlier_lines.is_later
            and earlier_lines.line_number = 1

    where
        changes.is_state_change
        or (changes.is_amount_invoiced and changes.claim_kind = 'regular')

),

amount_changes as (

    select
        *,
        lag(amount) over by_item as previous_amount

    from valued

    window by_item as (partition by subscription_item_id order by claim_date)

),

kept as (

    select * from amount_changes

    where is_state_change or amount is distinct from previous_amount

),

intervals as (

    select
        subscription_item_id,
        subscription_id,
        claim_date as from_date,
        lead(claim_date) over by_item as to_date,
        price_id,
        quantity,
        is_gone,
        case when is_amount_invoiced then coalesce(amount, 0) end as invoiced_amount,
        evidence

    from kept

    window by_item as (partition by subscription_item_id order by claim_date)

)

select
    subscription_item_id,
    subscription_id,
    from_date,
    to_date,
    -- The day on which the item itself ends, as far as is known.
    min(case when is_gone then from_date end) over (
        partition by subscription_item_id order by from_date rows between current row and unbounded following
    ) as gone_date,
    price_id,
    quantity,
    is_gone,
    invoiced_amount,
    evidence

from intervals
