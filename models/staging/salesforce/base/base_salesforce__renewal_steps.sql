{{ checked_source('salesforce', 'renewal_step_c', parents=[{
    'label': 'opportunity', 'column': 'opportunity_id_c', 'base': ref('base_salesforce__opportunities'), 'key': 'id',
}]) }}
