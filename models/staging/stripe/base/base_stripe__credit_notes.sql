{{ checked_source('stripe', 'credit_note', parents=[
    {
        'label': 'invoice', 'column': 'invoice_id', 'base': ref('base_stripe__invoices'), 'key': 'id',
        'memory': 'mem_stripe__invoices', 'memory_key': 'invoice_id',
    },
]) }}
