{% set key_columns = [
    'account_id', 'subscription_item_id', 'invoice_id', 'step', 'difference_class', 'month',
] %}

with

service_lines as (

    select * from {{ ref('int_reconciliation__service_lines') }}

),

invoice_lines as (

    select * from {{ ref('int_reconciliation__invoice_lines') }}

),

lines as (

    select
        account_id,
        subscription_item_id,
        cast(null as varchar) as invoice_id,
        step,
        difference_class,
        amount,
        month

    from service_lines

    union all

    select
        account_id,
        cast(null as varchar) as subscription_item_id,
        invoice_id,
        step,
        difference_class,
        amount,
        month

    from invoice_lines

)

select
    {{ content_hash(key_columns) }} as mrr_reconciliation_line_id,
    account_id,
    subscription_item_id,
    invoice_id,
    step,
    difference_class,
    cast(amount as decimal(18, 2)) as amount,
    month

from lines
