{# The subscription that a row hangs on, as checked_source takes a parent. #}
{% macro subscription_parent(subscription_versions) %}
    {{ return({
        'label': 'subscription', 'column': 'subscription_id', 'key': 'id', 'base': subscription_versions,
        'memory': 'mem_stripe__subscription_versions', 'memory_key': 'subscription_id',
    }) }}
{% endmacro %}
