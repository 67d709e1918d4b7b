{{ checked_source('salesforce', 'user') }}
