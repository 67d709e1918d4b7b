{# Raw table -> base model -> its money columns. dbt must know references before it reads the graph,
   so this list is kept by hand; a test compares it with the models that exist. #}
{% macro base_models() %}
    {{ return({
        'stripe.customer': ['base_stripe__customers', none, none],
        'stripe.subscription_history': ['base_stripe__subscription_versions', none, none],
        'stripe.subscription_item': ['base_stripe__subscription_items', none, none],
        'stripe.price': ['base_stripe__prices', none, none],
        'stripe.plan': ['base_stripe__plans', none, none],
        'stripe.product': ['base_stripe__products', none, none],
        'stripe.invoice': ['base_stripe__invoices', 'total', 'currency'],
        'stripe.invoice_line_item': ['base_stripe__invoice_lines', 'amount', 'currency'],
        'stripe.coupon': ['base_stripe__coupons', none, none],
        'stripe.discount': ['base_stripe__discounts', none, none],
        'stripe.subscription_discount': ['base_stripe__subscription_discounts', none, none],
        'stripe.charge': ['base_stripe__charges', 'amount', 'currency'],
        'stripe.refund': ['base_stripe__refunds', 'amount', 'currency'],
        'stripe.credit_note': ['base_stripe__credit_notes', 'amount', 'currency'],
        'salesforce.account': ['base_salesforce__accounts', none, none],
        'salesforce.user': ['base_salesforce__users', none, none],
        'salesforce.opportunity': ['base_salesforce__opportunities', none, none],
        'billing.subscription_periods': ['base_billing__subscription_periods', 'amount', 'currency'],
    }) }}
{% endmacro %}
