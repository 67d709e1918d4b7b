{# State of every item at a month's opening (end of the day before) and at its end. #}
with

item_periods as (

    select * from {{ ref('int_revenue__item_periods') }}

),

months as (

    select * from {{ ref('int_revenue__months') }}

),

handed_over as (

    select subscription_id from item_periods

    group by subscription_id

    having min(account_id) <> max(account_id)

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
    edges.currency,
    edges.currency <> '{{ var("reporting_currency") | lower }}' as is_foreign,
    handed_over.subscription_id is not null as is_handed_over,
    edges.net_mrr,
    edges.mrr

from edges

left join handed_over on edges.subscription_id = handed_over.subscription_id
