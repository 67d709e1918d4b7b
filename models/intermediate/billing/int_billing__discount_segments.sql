with

spans as (

    select * from {{ ref('int_billing__item_spans') }}

),

discounts as (

    select * from {{ ref('int_billing__discounts') }} where to_date is null or to_date > from_date

),

currencies as (

    select lower(currency) as currency, minor_unit_digits from {{ reference('currencies') }}

),

-- A discount acts on the spans of its own subscription, or of any subscription of its customer.
applicable as (

    select
        spans.subscription_id,
        spans.subscription_item_id,
        spans.from_date as span_from_date,
        spans.to_date as span_to_date,
        discounts.discount_id,
        discounts.subscription_id is not null as is_on_subscription,
        discounts.from_date,
        discounts.to_date

    from spans

    inner join discounts on spans.subscription_id = discounts.subscription_id

    where
        (discounts.to_date is null or spans.from_date < discounts.to_date)
        and (spans.to_date is null or discounts.from_date < spans.to_date)

    union all

    select
        spans.subscription_id,
        spans.subscription_item_id,
        spans.from_date as span_from_date,
        spans.to_date as span_to_date,
        discounts.discount_id,
        false as is_on_subscription,
        discounts.from_date,
        discounts.to_date

    from spans

    inner join discounts on spans.billing_customer_id = discounts.billing_customer_id

    where
        (discounts.to_date is null or spans.from_date < discounts.to_date)
        and (spans.to_date is null or discounts.from_date < spans.to_date)

),

-- Days on which something about a discounted subscription changes: its items or its discounts.
breaks as (

    select subscription_id, from_date as break_date from applicable

    union

    select subscription_id, to_date as break_date from applicable where to_date is not null

    union

    select subscription_id, from_date as break_date from spans

    where subscription_id in (select subscription_id from applicable)

    union

    select subscription_id, to_date as break_date from spans

    where subscription_id in (select subscription_id from applicable) and to_date is not null

),

segments as (

    select
        subscription_id,
        break_date as from_date,
        lead(break_date) over (partition by subscription_id order by break_date) as to_date

    from breaks

),

segment_items as (

    select
        segments.subscription_id,
        segments.from_date,
        segments.to_date,
        spans.currency,
        sum(spans.gross_mrr) as gross_mrr

    from segments

    inner join spans
        on
            segments.subscription_id = spans.subscription_id
            and spans.from_date <= segments.from_date
            and (spans.to_date is null or segments.from_date < spans.to_date)

    group by segments.subscription_id, segments.from_date, segments.to_date, spans.currency

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
            and (applicable.span_to_date is null or segment_items.from_date < applicable.span_to_date)

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
