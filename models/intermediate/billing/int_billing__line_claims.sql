{% set full_period_start = period_before(
    'proration.period_ends_at', 'proration.billing_interval', 'proration.interval_count'
) %}
{% set own_seconds = dbt.datediff(
    'proration.period_starts_at', 'proration.period_ends_at', 'second'
) %}

with

lines as (

    select * from {{ ref('int_billing__lines') }}

),

-- All lines of an item on one invoice and period are one claim: graduated tiers give several.
regular_by_invoice as (

    select
        subscription_item_id,
        subscription_id,
        period_starts_at as claimed_at,
        invoice_id,
        max(invoiced_at) as invoiced_at,
        {{ arg_max('price_id', 'amount') }} as price_id,
        case
            when max(case when is_amount_invoiced then 1 else 0 end) = 1 then sum(quantity) else
                max(quantity)
        end as quantity,
        max(period_ends_at) as period_ends_at,
        case when max(case when is_amount_invoiced then 1 else 0 end) = 1 then sum(amount) end
            as invoiced_amount

    from lines

    where not is_proration

    group by subscription_item_id, subscription_id, period_starts_at, invoice_id

),

regular as (

    select
        *,
        row_number() over (
            partition by subscription_item_id, claimed_at order by invoiced_at desc, invoice_id desc
        ) as line_number

    from regular_by_invoice

),

proration as (

    select
        *,
        row_number() over (
            partition by subscription_item_id, period_starts_at
            order by amount desc, invoiced_at desc, invoice_line_id desc
        ) as line_number

    from lines

    where is_proration

),

claims as (

    select
        subscription_item_id,
        subscription_id,
        claimed_at,
        'regular' as claim_kind,
        price_id,
        quantity,
        false as is_gone,
        period_ends_at,
        invoiced_amount,
        cast(null as double) as prorated_amount

    from regular

    where line_number = 1

    union all

    select
        proration.subscription_item_id,
        proration.subscription_id,
        proration.period_starts_at as claimed_at,
        'proration' as claim_kind,
        proration.price_id,
        proration.quantity,
        proration.amount < 0 as is_gone,
        proration.period_ends_at,
        cast(null as double) as invoiced_amount,
        case
            when proration.is_amount_invoiced
                then
                    proration.amount
                    * {{ dbt.datediff(full_period_start, 'proration.period_ends_at', 'second') }}
                    / nullif({{ own_seconds }}, 0)
        end as prorated_amount

    from proration

    left join regular
        on
            proration.subscription_item_id = regular.subscription_item_id
            and proration.period_starts_at = regular.claimed_at
            and regular.line_number = 1

    where
        proration.line_number = 1
        -- "Unused time" alone says the item is gone, unless a regular line starts at that moment.
        and (proration.amount >= 0 or regular.subscription_item_id is null)

)

select * from claims
