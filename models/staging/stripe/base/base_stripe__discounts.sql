{{ checked_source('stripe', 'discount') }}
