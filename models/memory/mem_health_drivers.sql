{# Drivers are many: of history only what is still published is carried along, history keeps
   the rest. #}
{% set columns = [
    'account_id', 'score_date', 'dimension', 'dimension_group', 'raw_value', 'normalized_value',
    'base_weight', 'weight', 'points', 'missing_rule',
    'weight_change_7d', 'missingness_change_7d', 'value_change_7d',
    'weight_change_28d', 'missingness_change_28d', 'value_change_28d',
] %}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_health_drivers')) %}
with

today as (

    select
        account_id || '|' || cast(score_date as varchar) || '|' || dimension as version_id,
        {{ columns | join(', ') }}

    from {{ ref('int_health__driver_changes') }}

)

select * from today
{% if known %}
union all

select
    version_id,
    {{ columns | join(', ') }}

from history.memory.mem_health_drivers

where
    score_date > {{ dbt.dateadd('day', -var('health_drivers_days'), as_of_date()) }}
    or {{ is_month_end('score_date') }}
{% endif %}
