{{ checked_source('billing', 'subscription_periods', suppressed={
    'internal_account: its customer is an account of our own':
        'customer_id in (select account_id from ' ~ reference('internal_accounts') ~ ')',
}) }}
