{{ checked_source('segment', 'identifies') }}
