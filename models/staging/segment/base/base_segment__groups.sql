{{ checked_source('segment', 'groups') }}
