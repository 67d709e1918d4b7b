-- What is unexplained between MRR, invoices and payments is for a person to look at; the rows name
-- the item or the invoice. The var reconciliation_block_over makes it block, see the test beside.
{{ config(severity='warn') }}
select
    account_id,
    month,
    step,
    subscription_item_id,
    invoice_id,
    amount

from {{ ref('fct_mrr_reconciliation_lines') }}

where difference_class = 'unexplained'
