{{ checked_source('zendesk', 'ticket_tag', parents=[{
    'label': 'ticket', 'column': 'ticket_id', 'base': ref('base_zendesk__tickets'), 'key': 'id',
}]) }}
