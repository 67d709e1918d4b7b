with

spans as (

    select * from {{ ref('int_billing__item_spans') }}

),

applicable as (

    select * from {{ ref('int_billing__discounted_spans') }}

),

-- Days on which something about a discounted subscription changes: its items or its discounts.
breaks as (

    select
        subscription_id,
        from_date as break_date
    from applicable

    union

    select
        subscription_id,
        to_date as break_date
    from applicable
    where to_date is not null

    union

    select
        subscription_id,
        from_date as break_date
    from spans

    where subscription_id in (select subscription_id from applicable)

    union

    select
        subscription_id,
        to_date as break_date
    from spans

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

)

select * from segment_items
