with

line_claims as (

    select * from {{ ref('int_billing__line_claims') }}

),

row_claims as (

    select * from {{ ref('int_billing__row_claims') }}

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
            partition by subscription_item_id order by claimed_at desc, claim_kind asc
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

)

select * from line_ends
