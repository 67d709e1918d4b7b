{# The columns of a month that lead from its opening to its closing. #}
{% macro mrr_movement_columns() %}
    {{ return(['new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr', 'fx_mrr', 'transfer_mrr']) }}
{% endmacro %}
