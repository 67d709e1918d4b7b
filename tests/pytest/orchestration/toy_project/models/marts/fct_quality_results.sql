select
    {% for column in ['quality_result_id', 'run_id', 'check_name', 'check_kind', 'subject', 'severity', 'outcome'] %}
    cast(null as varchar) as {{ column }},
    {% endfor %}
    cast(null as varchar) as observed

where 1 = 0
