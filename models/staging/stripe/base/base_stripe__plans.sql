{{ checked_source('stripe', 'plan', conditions={
    'used_by_a_subscription': 'id in ' ~ used_price_ids(),
}) }}
