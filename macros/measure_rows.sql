{# Rows of measures from a CTE that has a column for each: one row per account, day and dimension.
   measures: dimension -> [raw value, is it applicable, has it a denominator], each as SQL. #}
{% macro measure_rows(relation, measures) %}
    {%- for dimension, parts in measures.items() %}
select
    account_id,
    score_date,
    '{{ dimension }}' as dimension,
    cast({{ parts[0] }} as double) as raw_value,
    {{ parts[1] }} as is_applicable,
    {{ parts[2] }} as has_denominator

from {{ relation }}
{{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
