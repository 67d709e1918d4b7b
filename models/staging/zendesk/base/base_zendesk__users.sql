{{ checked_source('zendesk', 'user') }}
