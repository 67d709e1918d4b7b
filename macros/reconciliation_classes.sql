{# What sets MRR, invoices and payments apart. #}
{% macro reconciliation_classes() %}
    {{ return([
        'proration', 'discount', 'credit', 'unpaid', 'timing', 'tax', 'usage', 'one_off', 'fx', 'unexplained',
    ]) }}
{% endmacro %}
