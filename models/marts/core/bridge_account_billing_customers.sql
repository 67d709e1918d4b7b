select
    billing_customer_id,
    account_id,
    match_method,
    is_internal

from {{ ref('int_accounts__billing_customers') }}
