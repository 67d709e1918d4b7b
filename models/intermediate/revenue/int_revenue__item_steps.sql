{# A change of an item that goes on, step by step: its MRR with the new rate, then the new quantity,
   then the new price; what is left is the discount. Each step is rounded, so that causes add up. #}
{% set net_at_new_quantity = net_mrr(
    'previous_gross_mrr / previous_quantity * quantity', 'previous_percent_factor', 'previous_amount_off'
) %}
{% set net_at_new_price = net_mrr('gross_mrr', 'previous_percent_factor', 'previous_amount_off') %}

with

item_periods as (

    select
        *,
        lag(valid_to) over by_item as previous_valid_to,
        lag(account_id) over by_item as previous_account_id,
        lag(product_id) over by_item as previous_product_id,
        lag(billing_interval) over by_item as previous_billing_interval,
        lag(interval_count) over by_item as previous_interval_count,
        lag(quantity) over by_item as previous_quantity,
        lag(gross_mrr) over by_item as previous_gross_mrr,
        lag(percent_factor) over by_item as previous_percent_factor,
        lag(amount_off) over by_item as previous_amount_off,
        lag(net_mrr) over by_item as previous_net_mrr,
        lag(fx_rate) over by_item as previous_fx_rate,
        lag(mrr) over by_item as previous_mrr

    from {{ ref('int_revenue__item_periods') }}

    window by_item as (partition by subscription_item_id order by valid_from)

),

account_days as (

    select * from {{ ref('int_revenue__account_days') }}

),

reporting_digits as (

    select least(minor_unit_digits, 2) as digits

    from {{ reference('currencies') }}

    where lower(currency) = '{{ var("reporting_currency") | lower }}'

),

-- Without fx on days on which the account's MRR starts or ends: the movement takes the whole.
continued as (

    select
        item_periods.*,
        reporting_digits.digits,
        account_days.closing_mrr > 0
        and (
            account_days.opening_mrr > 0
            or item_periods.account_id <> item_periods.previous_account_id
        )
        and item_periods.fx_rate <> item_periods.previous_fx_rate as has_fx

    from item_periods

    inner join account_days
        on
            item_periods.account_id = account_days.account_id
            and item_periods.valid_from = account_days.change_date

    cross join reporting_digits

    where item_periods.previous_valid_to = item_periods.valid_from

),

revalued as (

    select
        *,
        case
            when
                has_fx
                then {{ round_money('previous_net_mrr * fx_rate', 'digits') }}
            else previous_mrr
        end as mrr_at_new_rate

    from continued

),

requantified as (

    select
        *,
        case
            when
                quantity = previous_quantity or coalesce(previous_quantity, 0) = 0
                then mrr_at_new_rate
            else
                {{ round_money(net_at_new_quantity ~ ' * fx_rate', 'digits') }}
        end as mrr_at_new_quantity

    from revalued

),

repriced as (

    select
        *,
        case
            when
                {{ is_same('product_id', 'previous_product_id') }}
                and billing_interval = previous_billing_interval
                and interval_count = previous_interval_count
                and abs(gross_mrr - previous_gross_mrr / nullif(previous_quantity, 0) * quantity)
                < 1e-7
                then mrr_at_new_quantity
            when
                percent_factor = previous_percent_factor and amount_off = previous_amount_off
                then mrr
            else
                {{ round_money(net_at_new_price ~ ' * fx_rate', 'digits') }}
        end as mrr_at_new_price,
        case
            when not {{ is_same('product_id', 'previous_product_id') }} then 'plan'
            when
                billing_interval <> previous_billing_interval
                or interval_count <> previous_interval_count
                then 'term'
            else 'price'
        end as price_cause

    from requantified

)

select * from repriced
