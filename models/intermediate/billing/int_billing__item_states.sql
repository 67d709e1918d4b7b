with

changes as (

    select * from {{ ref('int_billing__day_claims') }}

),

regular_lines as (

    select
        subscription_item_id,
        {{ reporting_day('claimed_at') }} as claim_date,
        price_id,
        quantity,
        invoiced_amount

    from {{ ref('int_billing__line_claims') }}

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
            order by
                abs({{ dbt.datediff('changes.claim_date', 'regular_lines.claim_date', 'day') }})
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

    where is_state_change or not {{ is_same('amount', 'previous_amount') }}

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
        partition by subscription_item_id
        order by from_date rows between current row and unbounded following
    ) as gone_date,
    price_id,
    quantity,
    is_gone,
    invoiced_amount,
    evidence

from intervals
