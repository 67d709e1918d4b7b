{{ checked_source('stripe', 'customer', known_facts={
    'memory': 'mem_stripe__customers', 'key': 'billing_customer_id', 'facts': {'created': 'created_at'},
}) }}
