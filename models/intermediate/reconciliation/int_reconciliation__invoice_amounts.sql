with

invoices as (

    select * from {{ ref('int_reconciliation__invoices') }}

),

lines as (

    select * from {{ ref('int_reconciliation__lines') }}

),

payments as (

    select * from {{ ref('int_reconciliation__payments') }}

),

charge_table as (

    select count(*) > 0 as has_charges

    from {{ ref('stg_stripe__charges') }}

),

line_sums as (

    select
        invoice_id,
        sum(amount) as lines_amount,
        sum(
            case when line_kind in ('regular', 'proration') then amount - discount_amount else 0 end
        )
            as recurring_amount,
        sum(case when line_kind in ('regular', 'proration') then discount_amount else 0 end)
            as recurring_discount_amount,
        sum(case when line_kind = 'usage' then amount else 0 end) as usage_amount,
        sum(case when line_kind = 'one_off' then amount else 0 end) as one_off_amount

    from lines

    group by invoice_id

),

paid as (

    select
        invoices.*,
        coalesce(line_sums.lines_amount, 0) as lines_amount,
        coalesce(line_sums.recurring_amount, 0) as recurring_amount,
        coalesce(line_sums.recurring_discount_amount, 0) as recurring_discount_amount,
        coalesce(line_sums.usage_amount, 0) as usage_amount,
        coalesce(line_sums.one_off_amount, 0) as one_off_amount,
        -- An invoice without any charge was settled outside the billing system, if it says so.
        case
            when
                payments.charged_minor > 0
                or (invoices.charge_id is not null and charge_table.has_charges)
                then coalesce(payments.charged_minor, 0) * invoices.minor_unit
            when invoices.is_valid then invoices.amount_paid
            else 0
        end as received_amount,
        coalesce(payments.refunded_minor, 0) * invoices.minor_unit as refunded_amount,
        coalesce(payments.credited_before_minor, 0) * invoices.minor_unit as credited_before_amount,
        coalesce(payments.credited_after_minor, 0) * invoices.minor_unit as credited_after_amount

    from invoices

    cross join charge_table

    left join line_sums on invoices.invoice_id = line_sums.invoice_id

    left join payments on invoices.invoice_id = payments.invoice_id

)

select
    invoice_id,
    account_id,
    issued_month as month,
    issued_rate,
    recurring_amount,
    usage_amount,
    one_off_amount,
    tax as tax_amount,
    -- What the lines of service do not bear.
    recurring_discount_amount - (coalesce(subtotal, lines_amount) + tax - total)
        as discount_amount,
    total as invoiced_amount,
    0 - amount_open as unpaid_amount,
    0 - (refunded_amount + credited_before_amount + credited_after_amount) as credit_amount,
    received_amount + balance_used - refunded_amount - credited_after_amount as settled_amount

from paid

where is_valid

union all

-- A void invoice owes nothing: what was paid for it all the same stands alone.
select
    invoice_id,
    account_id,
    issued_month as month,
    issued_rate,
    0 as recurring_amount,
    0 as usage_amount,
    0 as one_off_amount,
    0 as tax_amount,
    0 as discount_amount,
    0 as invoiced_amount,
    0 as unpaid_amount,
    0 - refunded_amount as credit_amount,
    received_amount - refunded_amount as settled_amount

from paid

where not is_valid and received_amount <> 0
