with

line_versions as (

    select
        *,
        row_number()
            over (partition by row_key order by synced_at desc, version_id asc)
            as version_number

    from {{ ref('mem_stripe__invoice_lines') }}

    where subscription_item_id is not null

),

invoice_versions as (

    select
        *,
        row_number()
            over (partition by invoice_id order by synced_at desc, version_id asc)
            as version_number

    from {{ ref('mem_stripe__invoices') }}

),

prices as (

    select * from {{ ref('int_billing__prices') }}

)

select
    line_versions.invoice_id,
    line_versions.invoice_line_id,
    line_versions.subscription_id,
    line_versions.subscription_item_id,
    line_versions.price_id,
    prices.is_tiered or prices.is_metered as is_amount_invoiced,
    prices.billing_interval,
    prices.interval_count,
    -- The quantity of a metered line is what was used, not what was agreed.
    case when not prices.is_metered then line_versions.quantity end as quantity,
    line_versions.amount_minor / power(10, prices.minor_unit_digits) as amount,
    line_versions.is_proration,
    line_versions.period_starts_at,
    line_versions.period_ends_at,
    invoice_versions.created_at as invoiced_at

from line_versions

inner join invoice_versions
    on line_versions.invoice_id = invoice_versions.invoice_id

inner join prices on line_versions.price_id = prices.price_id

where
    line_versions.version_number = 1
    and line_versions.period_starts_at is not null
    and invoice_versions.version_number = 1
    and invoice_versions.status <> 'void'
    and not invoice_versions.is_deleted
    -- A regular line is of type subscription; prorations may be invoice items.
    and (
        line_versions.is_proration
        or coalesce(line_versions.line_type, 'subscription') = 'subscription'
    )
    {%- if not var('mrr_include_metered') %}
    and not prices.is_metered
    {%- endif %}
