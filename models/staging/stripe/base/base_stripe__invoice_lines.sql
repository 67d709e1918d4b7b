{{ checked_source('stripe', 'invoice_line_item', parents=[
    {
        'label': 'invoice', 'column': 'invoice_id', 'base': ref('base_stripe__invoices'), 'key': 'id',
        'memory': 'mem_stripe__invoices', 'memory_key': 'invoice_id',
    },
    subscription_parent(ref('base_stripe__subscription_versions')),
    price_parent(
        ref('base_stripe__prices'), ref('base_stripe__plans'),
        'case when subscription_item_id is not null then coalesce(price_id, plan_id) end',
    ),
]) }}
