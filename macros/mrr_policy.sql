{# A short text that differs where the policies differ by which MRR is counted. #}
{% macro mrr_policy() %}
    {% set names = [
        'reporting_currency', 'reporting_timezone', 'mrr_churn_recognition', 'mrr_past_due_grace_days',
        'mrr_paused_collection', 'mrr_include_metered', 'crm_billing_customer_field',
    ] %}
    {% set values = [] %}
    {% for name in names %}{% do values.append(name ~ '=' ~ var(name)) %}{% endfor %}
    {% do values.append('mrr_discounts=' ~ (var('mrr_discounts') | sort | join(','))) %}
    {{ return(local_md5(values | join('|'))) }}
{% endmacro %}
