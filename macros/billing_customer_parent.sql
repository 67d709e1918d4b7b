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
