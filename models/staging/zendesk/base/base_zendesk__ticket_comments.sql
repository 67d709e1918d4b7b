{{ checked_source('zendesk', 'ticket_comment', parents=[{
    'label': 'ticket', 'column': 'ticket_id', 'base': ref('base_zendesk__tickets'), 'key': 'id',
}]) }}
