{{ checked_source('stripe', 'coupon') }}
