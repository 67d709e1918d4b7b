{{ checked_source('zendesk', 'ticket_field_history', parents=[{
    'label': 'ticket', 'column': 'ticket_id', 'base': ref('base_zendesk__tickets'), 'key': 'id',
}]) }}
