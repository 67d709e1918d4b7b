{{ checked_source('people', 'employee') }}
