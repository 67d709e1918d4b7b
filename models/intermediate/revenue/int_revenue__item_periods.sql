with

-- Neighbours that differ in nothing are one interval.
compared as (

    select
        *,
        case
            when state = lag(state) over by_item and valid_from = lag(valid_to) over by_item then 0
            else 1
        end as is_start

    from {{ ref('int_revenue__item_values') }}

    window by_item as (partition by subscription_item_id order by valid_from)

),

numbered as (

    select
        *,
        sum(is_start)
            over (partition by subscription_item_id order by valid_from)
            as interval_number

    from compared

),

ended as (

    select
        *,
        row_number() over (
            partition by subscription_item_id, interval_number order by valid_from desc
        ) as piece_number,
        min(valid_from) over (partition by subscription_item_id, interval_number) as interval_from

    from numbered

)

select
    subscription_item_id,
    subscription_id,
    account_id,
    billing_customer_id,
    product_id,
    price_id,
    billing_interval,
    interval_count,
    currency,
    interval_from as valid_from,
    valid_to,
    case
        when valid_to is null and service_end_date > {{ as_of_date() }} then service_end_date
    end as scheduled_end_date,
    quantity,
    gross_mrr,
    percent_factor,
    amount_off,
    net_mrr,
    fx_rate,
    is_rate_missing,
    mrr,
    evidence

from ended

where piece_number = 1
