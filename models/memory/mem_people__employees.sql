{% set columns = {
    'row_key': 'varchar',
    'synced_at': 'timestamp',
    'employee_id': 'varchar',
    'role': 'varchar',
    'manager_id': 'varchar',
    'is_deleted': 'boolean',
} %}

with

today as (

    select * from {{ ref('stg_people__employees') }}

),

{{ remembered('today', columns) }}

select * from versions
