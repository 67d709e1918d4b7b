{# Alerts as history last knew them, before the first day that this run judges. #}
{% set columns = {
    'alert_id': 'varchar', 'rule': 'varchar', 'subject_type': 'varchar', 'subject_id': 'varchar',
    'event_key': 'varchar', 'opened_date': 'date', 'due_date': 'date', 'cleared_date': 'date',
    'owner': 'varchar', 'suppressed_reason': 'varchar', 'csm_id': 'varchar',
    'mrr_at_risk': 'decimal(18, 2)', 'measure': 'double', 'reason': 'varchar',
    'known_at': 'timestamp', 'reading_number': 'integer',
} %}
{% set known = relation_columns(api.Relation.create('history', 'memory', 'mem_alerts')) %}
with

readings as (
    {% if known %}
    select
        *,
        row_number() over (partition by alert_id order by reading_number desc) as reading_rank

    from history.memory.mem_alerts
    {% else %}
    select
        {%- for column, data_type in columns.items() %}
        cast(null as {{ data_type }}) as {{ column }},
        {%- endfor %}
        cast(null as bigint) as reading_rank

    where 1 = 0
    {% endif %}
)

select
    {%- for column in columns if column != 'reading_number' %}
    {{ column }},
    {%- endfor %}
    reading_number

from readings

where reading_rank = 1
