{{ checked_source('delighted', 'person') }}
