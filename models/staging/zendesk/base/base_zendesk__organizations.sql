{{ checked_source('zendesk', 'organization') }}
