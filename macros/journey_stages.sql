{# The stages of the journey, in order. The overlay renewal is none of them: it goes by the date. #}
{% macro journey_stages() %}
    {{ return(['onboarding', 'adoption', 'value_realisation', 'expansion', 'advocacy']) }}
{% endmacro %}
