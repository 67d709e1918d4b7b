{{ checked_source('comp', 'shared_ownership') }}
