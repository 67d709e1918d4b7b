{{ checked_source('salesforce', 'contact', parents=[{
    'label': 'account', 'column': 'account_id', 'base': ref('base_salesforce__accounts'), 'key': 'id',
    'memory': 'mem_salesforce__accounts', 'memory_key': 'crm_account_id',
}]) }}
