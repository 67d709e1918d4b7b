{{ checked_source('delighted', 'response') }}
