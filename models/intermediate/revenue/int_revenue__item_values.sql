{% set reporting_currency = var('reporting_currency') | lower %}
{% set state_columns = [
    'owned.account_id', 'owned.product_id', 'owned.price_id', 'owned.billing_interval',
    'owned.interval_count', 'owned.currency', 'owned.quantity', 'owned.gross_mrr', 'owned.percent_factor', 'owned.amount_off',
    'fx_rate', 'owned.evidence',
] %}

with

item_periods as (

    select * from {{ ref('int_billing__item_periods') }}

    where valid_from <= {{ as_of_date() }}

),

billing_customers as (

    select * from {{ ref('int_accounts__billing_customers') }}

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

    where lower(currency) = '{{ reporting_currency }}'

),

owned as (

    select
        item_periods.*,
        billing_customers.account_id,
        {{ net_mrr('gross_mrr', 'percent_factor', 'amount_off') }} as net_mrr

    from item_periods

    inner join billing_customers
        on item_periods.billing_customer_id = billing_customers.billing_customer_id

    where not billing_customers.is_internal

),

-- Only what is billed in another currency is cut at the months, where its rate may change.
by_rate as (

    select
        owned.subscription_item_id,
        owned.valid_from as span_from,
        owned.valid_from,
        owned.valid_to,
        cast(1 as double) as fx_rate,
        false as is_rate_missing

    from owned

    where owned.currency = '{{ reporting_currency }}'

    union all

    select
        owned.subscription_item_id,
        owned.valid_from as span_from,
        greatest(owned.valid_from, months.month) as valid_from,
        {{ earliest(['owned.valid_to', 'months.next_month']) }} as valid_to,
        coalesce(fx_months.rate, 0) as fx_rate,
        fx_months.rate is null and owned.net_mrr > 0 as is_rate_missing

    from owned

    inner join months
        on
            owned.valid_from < months.next_month
            and (owned.valid_to is null or months.month < owned.valid_to)

    left join fx_months on months.month = fx_months.month and owned.currency = fx_months.currency

    where owned.currency <> '{{ reporting_currency }}'

),

valued as (

    select
        owned.subscription_item_id,
        owned.subscription_id,
        owned.account_id,
        owned.billing_customer_id,
        owned.product_id,
        owned.price_id,
        owned.billing_interval,
        owned.interval_count,
        owned.currency,
        by_rate.valid_from,
        case when by_rate.valid_to <= {{ as_of_date() }} then by_rate.valid_to end as valid_to,
        owned.service_end_date,
        owned.quantity,
        owned.gross_mrr,
        owned.percent_factor,
        owned.amount_off,
        owned.net_mrr,
        by_rate.fx_rate,
        by_rate.is_rate_missing,
        {{ round_money('owned.net_mrr * by_rate.fx_rate', 'reporting_digits.digits') }} as mrr,
        owned.evidence,
        {{ content_hash(state_columns | map('replace', 'fx_rate', 'by_rate.fx_rate') | list) }}
            as state

    from by_rate

    inner join owned
        on
            by_rate.subscription_item_id = owned.subscription_item_id
            and by_rate.span_from = owned.valid_from

    cross join reporting_digits

    where by_rate.valid_from <= {{ as_of_date() }}

)

select * from valued
