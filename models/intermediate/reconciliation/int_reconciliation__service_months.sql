with

agreed_months as (

    select * from {{ ref('int_reconciliation__agreed_months') }}

),

spread_pieces as (

    select * from {{ ref('int_reconciliation__spread_pieces') }}

),

gathered as (

    select
        account_id,
        subscription_item_id,
        month,
        'mrr' as difference_class,
        mrr_amount as amount

    from agreed_months

    union all

    select
        account_id,
        subscription_item_id,
        month,
        difference_class,
        net_amount - mrr_amount as amount

    from agreed_months

    union all

    -- What MRR has already taken off; the invoices' own discounts are pieces.
    select
        account_id,
        subscription_item_id,
        month,
        'discount' as difference_class,
        gross_amount - net_amount as amount

    from agreed_months

    union all

    select
        account_id,
        subscription_item_id,
        month,
        difference_class,
        native_amount * service_rate as amount

    from spread_pieces

    union all

    select
        account_id,
        subscription_item_id,
        month,
        'invoiced_at_issue' as difference_class,
        native_amount * issued_rate as amount

    from spread_pieces

    where issued_rate is not null

)

select
    account_id,
    subscription_item_id,
    month,
    difference_class,
    sum(amount) as amount

from gathered

group by account_id, subscription_item_id, month, difference_class
