{{ checked_source('zendesk', 'ticket') }}
