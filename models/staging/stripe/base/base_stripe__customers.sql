{{ checked_source('stripe', 'customer') }}
