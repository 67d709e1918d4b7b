{# Segment kind -> SQL of its value on models that carry the segments of an account's first month. #}
{% macro cohort_segments() %}
    {{ return({'all': "'all'", 'size_tier': 'size_tier', 'plan': 'plan'}) }}
{% endmacro %}
