{{ checked_source('zendesk', 'satisfaction_rating', parents=[{
    'label': 'ticket', 'column': 'ticket_id', 'base': ref('base_zendesk__tickets'), 'key': 'id',
}]) }}
