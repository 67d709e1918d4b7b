{{ checked_source('salesforce', 'account') }}
