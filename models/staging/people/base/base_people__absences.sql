{{ checked_source('people', 'absence') }}
