{# What may become of a raw row. Together they are all rows that came in. #}
{% macro row_outcome_values() %}
    {{ return(['accepted', 'quarantined', 'deduplicated', 'suppressed']) }}
{% endmacro %}
