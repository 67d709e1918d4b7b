{% set next_day = dbt.dateadd('day', 1, reporting_day('line_versions.period_starts_at')) %}

with

line_versions as (

    select
        *,
        row_number()
            over (partition by row_key order by synced_at desc, version_id asc)
            as version_number

    from {{ ref('mem_stripe__invoice_lines') }}

),

invoices as (

    select * from {{ ref('int_reconciliation__invoices') }}

),

prices as (

    select * from {{ ref('int_billing__prices') }}

),

lines as (

    select
        line_versions.invoice_id,
        line_versions.invoice_line_id,
        line_versions.subscription_id,
        line_versions.subscription_item_id,
        invoices.account_id,
        invoices.currency,
        invoices.is_valid,
        invoices.invoiced_at,
        invoices.issued_date,
        invoices.issued_month,
        invoices.issued_rate,
        invoices.minor_unit,
        prices.billing_interval,
        prices.interval_count,
        case
            when prices.is_metered then 'usage'
            when
                line_versions.subscription_item_id is null
                or prices.price_id is null
                or line_versions.period_starts_at is null
                or line_versions.period_ends_at is null
                then 'one_off'
            when line_versions.is_proration then 'proration'
            when coalesce(line_versions.line_type, 'subscription') = 'subscription' then 'regular'
            else 'one_off'
        end as line_kind,
        line_versions.period_starts_at,
        line_versions.period_ends_at,
        {{ reporting_day('line_versions.period_starts_at') }} as from_date,
        -- What begins and ends on one day is spread over that day.
        greatest(
            {{ reporting_day('line_versions.period_ends_at') }},
            cast(                                                {{ next_day }} as date
            )
        ) as to_date,
        line_versions.amount_minor * invoices.minor_unit as amount,
        -- What a whole interval costs by the catalogue; tiers are not in it.
        case
            when not prices.is_tiered and not prices.is_metered
                then prices.unit_amount * line_versions.quantity
        end as catalogue_amount,
        invoices.subtotal,
        invoices.tax,
        invoices.total

    from line_versions

    inner join invoices on line_versions.invoice_id = invoices.invoice_id

    left join prices on line_versions.price_id = prices.price_id

    where line_versions.version_number = 1

),

with_sums as (

    select
        *,
        sum(amount) over (partition by invoice_id) as lines_amount

    from lines

)

-- An invoice states its discounts as what its total lacks; a line bears them by its amount.
select
    *,
    coalesce(
        (coalesce(subtotal, lines_amount) + tax - total) * amount / nullif(lines_amount, 0), 0
    ) as discount_amount

from with_sums
