{{ checked_source('stripe', 'subscription_item',
    parents=[
        subscription_parent(ref('base_stripe__subscription_versions')),
        price_parent(ref('base_stripe__prices'), ref('base_stripe__plans')),
    ],
    known_facts={
        'memory': 'mem_stripe__subscription_items', 'key': 'subscription_item_id',
        'facts': {'subscription_id': 'subscription_id'},
    },
) }}
