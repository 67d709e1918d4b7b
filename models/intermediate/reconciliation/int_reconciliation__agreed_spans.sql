{# Left out: the flat table, which has no invoices, and metered prices, which are usage. #}
with

item_periods as (

    select
        *,
        coalesce(valid_to, cast({{ dbt.dateadd('day', 1, as_of_date()) }} as date)) as ends_date

    from {{ ref('int_revenue__item_periods') }}

    where price_id is not null

),

prices as (

    select * from {{ ref('int_billing__prices') }}

),

billing_periods as (

    select * from {{ ref('int_reconciliation__billing_periods') }}

),

-- Items that joined a subscription inside a period of another interval, as before it changed.
joined_inside as (

    select
        item_periods.subscription_item_id,
        item_periods.valid_from,
        max(billing_periods.ends_date) as other_ends_date

    from item_periods

    inner join billing_periods
        on
            item_periods.subscription_id = billing_periods.subscription_id
            and billing_periods.from_date < item_periods.valid_from
            and item_periods.valid_from < billing_periods.ends_date

    where
        billing_periods.is_billed
        and (
            item_periods.billing_interval <> billing_periods.billing_interval
            or item_periods.interval_count <> billing_periods.interval_count
        )

    group by item_periods.subscription_item_id, item_periods.valid_from

),

spans as (

    select
        item_periods.subscription_item_id,
        item_periods.subscription_id,
        item_periods.account_id,
        item_periods.currency,
        item_periods.billing_interval,
        item_periods.interval_count,
        prices.is_metered,
        item_periods.gross_mrr,
        item_periods.net_mrr,
        item_periods.mrr,
        item_periods.fx_rate,
        item_periods.gross_mrr / prices.per_month as interval_amount,
        item_periods.net_mrr / prices.per_month as interval_net_amount,
        billing_periods.interval_days,
        coalesce(billing_periods.is_billed, false) as is_billed,
        coalesce(billing_periods.is_due, true) as is_due,
        not coalesce(billing_periods.is_billed, false)
        and least(item_periods.ends_date, billing_periods.ends_date)
        <= coalesce(joined_inside.other_ends_date, cast('1900-01-01' as date))
            as is_unprorated_start,
        billing_periods.from_date as period_from_date,
        greatest(
            item_periods.valid_from, coalesce(billing_periods.from_date, item_periods.valid_from)
        )
            as from_date,
        least(item_periods.ends_date, coalesce(billing_periods.ends_date, item_periods.ends_date))
            as to_date

    from item_periods

    inner join prices on item_periods.price_id = prices.price_id

    left join joined_inside
        on
            item_periods.subscription_item_id = joined_inside.subscription_item_id
            and item_periods.valid_from = joined_inside.valid_from

    left join billing_periods
        on
            item_periods.subscription_id = billing_periods.subscription_id
            and item_periods.billing_interval = billing_periods.billing_interval
            and item_periods.interval_count = billing_periods.interval_count
            and billing_periods.from_date < item_periods.ends_date
            and item_periods.valid_from < billing_periods.ends_date

)

select * from spans
