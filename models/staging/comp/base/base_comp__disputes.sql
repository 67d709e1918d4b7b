{{ checked_source('comp', 'dispute') }}
