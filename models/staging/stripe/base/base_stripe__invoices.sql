{{ checked_source('stripe', 'invoice', parents=[
    billing_customer_parent(ref('base_stripe__customers'), ref('base_salesforce__accounts')),
]) }}
