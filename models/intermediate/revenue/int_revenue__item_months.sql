{# State of every item at a month's opening (end of the day before) and at its end, with the money
   at the rate of that month, so that exchange rates move no rate of retention. #}
{% set mrr_at_month_rate = 'edges.net_mrr * coalesce(fx_months.rate, 0)' %}

with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

fx_months as (

    select * from {{ ref('int_revenue__fx_months') }}

),

reporting_digits as (

    select least(minor_unit_digits, 2) as digits

    from {{ reference('currencies') }}

    where lower(currency) = '{{ var("reporting_currency") | lower }}'

),

opened as (

    select
        months.month,
        'opening' as edge,
        item_periods.*

    from item_periods

    inner join months
        on
            item_periods.valid_from < months.month
            and (item_periods.valid_to is null or item_periods.valid_to >= months.month)

),

closed as (

    select
        months.month,
        'closing' as edge,
        item_periods.*

    from item_periods

    inner join months
        on
            item_periods.valid_from <= months.end_date
            and (item_periods.valid_to is null or item_periods.valid_to > months.end_date)

),

edges as (

    select * from opened

    union all

    select * from closed

)

select
    edges.month,
    edges.edge,
    edges.subscription_item_id,
    edges.subscription_id,
    edges.account_id,
    edges.product_id,
    edges.mrr,
    case
        when edges.currency = '{{ var("reporting_currency") | lower }}' then edges.mrr
        else
            {{ round_money(mrr_at_month_rate, 'reporting_digits.digits') }}
    end as mrr_at_month_rate

from edges

cross join reporting_digits

left join fx_months on edges.month = fx_months.month and edges.currency = fx_months.currency
