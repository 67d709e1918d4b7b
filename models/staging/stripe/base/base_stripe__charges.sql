{{ checked_source('stripe', 'charge', parents=[
    billing_customer_parent(ref('base_stripe__customers'), ref('base_salesforce__accounts')),
    {
        'label': 'invoice', 'column': 'invoice_id', 'base': ref('base_stripe__invoices'), 'key': 'id',
        'memory': 'mem_stripe__invoices', 'memory_key': 'invoice_id',
    },
]) }}
