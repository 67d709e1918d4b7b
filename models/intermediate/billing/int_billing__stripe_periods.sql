with

spans as (

    select * from {{ ref('int_billing__item_spans') }}

),

segments as (

    select * from {{ ref('int_billing__discount_factors') }}

),

-- Stretches of a span under a discount, and those between and around them.
discounted as (

    select
        spans.*,
        segments.from_date as segment_from_date,
        segments.to_date as segment_to_date,
        segments.percent_factor,
        -- An item's share by gross MRR, brought to a month by the item's own billing interval.
        segments.invoice_amount_off
        * spans.per_month
        * spans.gross_mrr
        / nullif(segments.gross_mrr, 0) as item_amount_off

    from spans

    inner join segments
        on
            spans.subscription_id = segments.subscription_id
            and spans.currency = segments.currency
            and (spans.to_date is null or segments.from_date < spans.to_date)
            and (segments.to_date is null or spans.from_date < segments.to_date)

),

discounted_edges as (

    select
        subscription_item_id,
        from_date,
        segment_from_date as edge_date
    from discounted

    where segment_from_date > from_date

    union

    select
        subscription_item_id,
        from_date,
        segment_to_date as edge_date
    from discounted

    where segment_to_date is not null and (to_date is null or segment_to_date < to_date)

    union

    select distinct
        subscription_item_id,
        from_date,
        from_date as edge_date
    from discounted

),

pieces as (

    select
        subscription_item_id,
        from_date as span_from_date,
        edge_date as piece_from_date,
        lead(edge_date)
            over (partition by subscription_item_id, from_date order by edge_date)
            as next_edge_date

    from discounted_edges

),

stripe_periods as (

    select
        spans.subscription_item_id,
        spans.subscription_id,
        spans.billing_customer_id,
        spans.product_id,
        spans.price_id,
        spans.billing_interval,
        spans.interval_count,
        spans.currency,
        coalesce(pieces.piece_from_date, spans.from_date) as valid_from,
        coalesce(pieces.next_edge_date, spans.to_date) as valid_to,
        spans.service_end_date,
        spans.quantity,
        spans.gross_mrr,
        coalesce(discounted.percent_factor, 1) as percent_factor,
        coalesce(discounted.item_amount_off, 0) as amount_off,
        spans.evidence

    from spans

    left join pieces
        on
            spans.subscription_item_id = pieces.subscription_item_id
            and spans.from_date = pieces.span_from_date

    left join discounted
        on
            pieces.subscription_item_id = discounted.subscription_item_id
            and pieces.span_from_date = discounted.from_date
            and discounted.segment_from_date <= pieces.piece_from_date
            -- An `or` over both sides would make DuckDB compare every pair of rows in a left join.
            and pieces.piece_from_date
            < coalesce(discounted.segment_to_date, {{ far_date() }})

)

select * from stripe_periods
