{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'crm_account_id': 'varchar',
    'account_name': 'varchar',
    'parent_crm_account_id': 'varchar',
    'master_crm_account_id': 'varchar',
    'owner_id': 'varchar',
    'csm_id': 'varchar',
    'billing_customer_id': 'varchar',
    'is_deleted': 'boolean',
    'created_at': 'timestamp',
    'version_starts_at': 'timestamp',
    'co_csm_id': 'varchar',
    'co_csm_split': 'double',
    'version_ends_at': 'timestamp',
} %}

with

today as (

    select * from {{ ref('stg_salesforce__accounts') }}

),

{{ remembered('today', columns) }}

select * from versions
