-- A subtotal that is not the sum of the lines means lines that are missing or landed twice.
{{ config(severity='warn') }}
with

invoices as (

    select * from {{ ref('int_reconciliation__invoices') }}
    where is_valid

),

lines as (

    select * from {{ ref('int_reconciliation__lines') }}

)

select
    invoices.invoice_id,
    invoices.subtotal,
    sum(coalesce(lines.amount, 0)) as lines_amount

from invoices

left join lines on invoices.invoice_id = lines.invoice_id

where invoices.subtotal is not null

group by invoices.invoice_id, invoices.subtotal, invoices.minor_unit

having abs(invoices.subtotal - sum(coalesce(lines.amount, 0))) > invoices.minor_unit / 2
