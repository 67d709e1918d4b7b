{# The parents that several raw tables share, as checked_source takes them. #}

{# A subscription's or an invoice's customer. One of our own accounts counts as left out, and all
   that hangs on it with it. #}
{% macro billing_customer_parent(customers, crm_accounts) %}
    {% set internal = '(select account_id from ' ~ reference('internal_accounts') ~ ')' %}
    {{ return({
        'label': 'customer', 'column': 'customer_id', 'key': 'id',
        'memory': 'mem_stripe__customers', 'memory_key': 'billing_customer_id',
        'base': "(select id, case when id in " ~ internal ~ " or " ~ linked_crm_account() ~ " in " ~ internal
            ~ " or id in (select carried_value from " ~ crm_accounts ~ " where carried_value is not null and id in "
            ~ internal ~ ") then 'suppressed' else row_outcome end as row_outcome from " ~ customers ~ ") as customers",
    }) }}
{% endmacro %}

{% macro subscription_parent(subscription_versions) %}
    {{ return({
        'label': 'subscription', 'column': 'subscription_id', 'key': 'id', 'base': subscription_versions,
        'memory': 'mem_stripe__subscription_versions', 'memory_key': 'subscription_id',
    }) }}
{% endmacro %}

{% macro price_parent(prices, plans, expression='coalesce(price_id, plan_id)') %}
    {{ return({
        'label': 'price', 'rule': 'unknown_price', 'expression': expression, 'key': 'id',
        'memory': 'mem_stripe__prices', 'memory_key': 'price_id',
        'base': '(select id, row_outcome from ' ~ prices ~ ' union all select id, row_outcome from ' ~ plans
            ~ ') as catalogue',
    }) }}
{% endmacro %}

{# Prices that some subscription item names: those must have a billing interval. #}
{% macro used_price_ids() %}
    {% set items = source('stripe', 'subscription_item') %}
    {% set stored = relation_columns(items) %}
    {% set named = ['price_id', 'plan_id'] | select('in', stored) | list %}
    {{ return('(select coalesce(' ~ named | join(', ') ~ ', null) from ' ~ items ~ ')' if named else '(select null)') }}
{% endmacro %}
