{{ checked_source('stripe', 'product') }}
