{% set starts_date = 'greatest(pieces.from_date, months.month, holders.from_date)' %}
{% set stops_date = 'least(pieces.to_date, months.served_to_date, holders.to_date)' %}
{% set days = dbt.datediff(starts_date, stops_date, 'day') %}
{% set piece_days = dbt.datediff('pieces.from_date', 'pieces.to_date', 'day') %}

with

recurring_lines as (

    select * from {{ ref('int_reconciliation__lines') }}
    where is_valid and line_kind in ('regular', 'proration')

),

months as (

    select
        *,
        cast({{ dbt.dateadd('day', 1, 'end_date') }} as date) as served_to_date

    from {{ ref('int_revenue__months') }}

),

fx_months as (

    select * from {{ ref('int_revenue__fx_months') }}

),

holders as (

    select * from {{ ref('int_reconciliation__holders') }}

),

pieces as (

    select
        subscription_id,
        subscription_item_id,
        currency,
        difference_class,
        from_date,
        to_date,
        amount,
        cast(null as double) as issued_rate

    from {{ ref('int_reconciliation__service_pieces') }}

    union all

    select
        subscription_id,
        subscription_item_id,
        currency,
        'discount' as difference_class,
        from_date,
        to_date,
        -discount_amount as amount,
        cast(null as double) as issued_rate

    from recurring_lines

    where discount_amount <> 0

    union all

    select
        subscription_id,
        subscription_item_id,
        currency,
        'invoiced' as difference_class,
        from_date,
        to_date,
        amount - discount_amount as amount,
        issued_rate

    from recurring_lines

)

select
    holders.account_id,
    pieces.subscription_item_id,
    months.month,
    pieces.difference_class,
    pieces.amount
    * {{ days }}
    / {{ piece_days }}                 as native_amount,
    coalesce(fx_months.rate, 0) as service_rate,
    pieces.issued_rate

from pieces

inner join holders
    on
        pieces.subscription_id = holders.subscription_id
        and pieces.from_date < holders.to_date
        and holders.from_date < pieces.to_date

inner join months
    on
        pieces.from_date < months.served_to_date
        and months.month < pieces.to_date
        and holders.from_date < months.served_to_date
        and months.month < holders.to_date

left join fx_months on months.month = fx_months.month and pieces.currency = fx_months.currency
