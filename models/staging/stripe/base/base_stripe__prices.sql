{{ checked_source('stripe', 'price',
    conditions={'used_by_a_subscription': 'id in ' ~ used_price_ids()},
    known_facts={'memory': 'mem_stripe__prices', 'key': 'price_id', 'facts': {'currency': 'currency'}},
) }}
