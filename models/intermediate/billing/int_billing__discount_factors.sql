with

segment_items as (

    select * from {{ ref('int_billing__discount_segments') }}

),

applicable as (

    select * from {{ ref('int_billing__discounted_spans') }}

),

discounts as (

    select * from {{ ref('int_billing__discounts') }}

),

currencies as (

    select
        lower(currency) as currency,
        minor_unit_digits

    from {{ reference('currencies') }}

),

in_force as (

    select distinct
        segment_items.subscription_id,
        segment_items.from_date,
        segment_items.to_date,
        segment_items.currency,
        segment_items.gross_mrr,
        applicable.discount_id,
        applicable.is_on_subscription,
        max(case when applicable.is_on_subscription then 1 else 0 end) over (
            partition by segment_items.subscription_id, segment_items.from_date
        ) = 1 as has_own_discount

    from segment_items

    inner join applicable
        on
            segment_items.subscription_id = applicable.subscription_id
            and applicable.from_date <= segment_items.from_date
            and (applicable.to_date is null or segment_items.from_date < applicable.to_date)
            and applicable.span_from_date <= segment_items.from_date
            and (
                applicable.span_to_date is null or segment_items.from_date < applicable.span_to_date
            )

),

-- In order of start, then percent before amount, then id. A customer's discount applies where the
-- subscription has none.
ordered as (

    select
        in_force.*,
        1 - discounts.percent_off / 100.0 as percent_factor,
        case
            when lower(discounts.currency) = in_force.currency
                then discounts.amount_off_minor / power(10, currencies.minor_unit_digits)
            else 0
        end as invoice_amount_off,
        row_number() over (
            partition by in_force.subscription_id, in_force.from_date, in_force.currency
            order by
                discounts.starts_at,
                case when discounts.percent_off > 0 then 0 else 1 end,
                discounts.discount_id
        ) as discount_number

    from in_force

    inner join discounts on in_force.discount_id = discounts.discount_id

    left join currencies on lower(discounts.currency) = currencies.currency

    where in_force.is_on_subscription = in_force.has_own_discount

),

-- Each amount is cut by the percents that come after it.
weighted as (

    select
        *,
        coalesce({{ product_of('percent_factor') }} over (
            partition by subscription_id, from_date, currency
            order by discount_number rows between 1 following and unbounded following
        ), 1) as later_factor

    from ordered

)

select
    subscription_id,
    from_date,
    to_date,
    currency,
    gross_mrr,
    {{ product_of('percent_factor') }} as percent_factor,
    sum(coalesce(invoice_amount_off, 0) * later_factor) as invoice_amount_off

from weighted

group by subscription_id, from_date, to_date, currency, gross_mrr
