{{ checked_source('delighted', 'survey_request', parents=[{
    'label': 'person', 'column': 'person_id', 'base': ref('base_delighted__persons'), 'key': 'id',
}]) }}
