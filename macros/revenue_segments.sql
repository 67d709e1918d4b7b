{# Segment kind -> SQL of its value on models that carry an account's segments. #}
{% macro revenue_segments() %}
    {{ return({
        'all': "'all'", 'size_tier': 'size_tier', 'plan': 'plan', 'csm': 'csm', 'region': 'region',
        'cohort_year': 'cohort_year',
    }) }}
{% endmacro %}
