{{ checked_source('salesforce', 'csm_pulse_c', parents=[{
    'label': 'account', 'column': 'account_id_c', 'base': ref('base_salesforce__accounts'), 'key': 'id',
    'memory': 'mem_salesforce__accounts', 'memory_key': 'crm_account_id',
}]) }}
