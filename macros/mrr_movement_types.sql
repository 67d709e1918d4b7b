{# Movement types as `fct_mrr_movements` has them. #}
{% macro mrr_movement_types() %}
    {{ return(['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'transfer_in', 'transfer_out']) }}
{% endmacro %}
