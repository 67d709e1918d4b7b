{{ checked_source('people', 'touch_cost') }}
