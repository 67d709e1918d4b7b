{# State of every item at a month's opening (end of the day before) and at its end. #}
with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

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
    month,
    edge,
    subscription_item_id,
    subscription_id,
    account_id,
    product_id,
    currency,
    net_mrr,
    mrr

from edges
