{# The price or plan that a row names, as checked_source takes a parent. #}
{% macro price_parent(prices, plans, expression='coalesce(price_id, plan_id)') %}
    {{ return({
        'label': 'price', 'rule': 'unknown_price', 'expression': expression, 'key': 'id',
        'memory': 'mem_stripe__prices', 'memory_key': 'price_id',
        'base': '(select id, row_outcome from ' ~ prices ~ ' union all select id, row_outcome from ' ~ plans
            ~ ') as catalogue',
    }) }}
{% endmacro %}
