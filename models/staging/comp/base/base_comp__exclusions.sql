{{ checked_source('comp', 'exclusion') }}
