{{ checked_source('stripe', 'subscription_discount') }}
