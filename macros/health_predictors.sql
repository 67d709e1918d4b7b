{# What the back-test compares: the score and the baselines it has to beat. #}
{% macro health_predictors() %}
    {{ return(['health_score', 'naive_formula', 'usage_trend', 'days_to_renewal']) }}
{% endmacro %}
