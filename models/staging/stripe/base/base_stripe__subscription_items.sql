{{ checked_source('stripe', 'subscription_item', parents=[
    subscription_parent(ref('base_stripe__subscription_versions')),
    price_parent(ref('base_stripe__prices'), ref('base_stripe__plans')),
]) }}
