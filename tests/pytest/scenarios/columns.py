"""Columns and types of the raw tables, as a connector lands them.

Each table lists its columns by type, in the names of the public Fivetran packages; the flat
billing table is the project's own. Stories may use further columns (spread metadata, custom
fields); those land as text.
"""

from __future__ import annotations

_BY_TYPE: dict[str, dict[str, str]] = {
    "stripe.customer": {
        "timestamp": "_fivetran_synced created",
        "bigint": "account_balance balance",
        "varchar": """
            address_city address_country address_line_1 address_line_2
            address_postal_code address_state bank_account_id currency default_card_id
            description email id invoice_prefix invoice_settings_default_payment_method
            invoice_settings_footer metadata name phone shipping_address_city
            shipping_address_country shipping_address_line_1 shipping_address_line_2
            shipping_address_postal_code shipping_address_state shipping_carrier
            shipping_name shipping_phone shipping_tracking_number source_id tax_exempt
            tax_info_tax_id tax_info_type tax_info_verification_status
            tax_info_verification_verified_name
        """,
        "boolean": "delinquent is_deleted livemode",
    },
    "stripe.product": {
        "timestamp": "_fivetran_synced created deactivate_on updated",
        "varchar": """
            id attributes caption description images name statement_descriptor type
            unit_label url
        """,
        "boolean": "active is_deleted livemode shippable",
    },
    "stripe.price": {
        "timestamp": "_fivetran_synced created",
        "boolean": "active is_deleted livemode",
        "varchar": """
            billing_scheme currency id metadata nickname product_id
            recurring_aggregate_usage recurring_interval recurring_usage_type
            unit_amount_decimal
        """,
        "bigint": "recurring_interval_count unit_amount",
    },
    "stripe.plan": {
        "timestamp": "_fivetran_synced created",
        "boolean": "active is_deleted livemode",
        "varchar": """
            aggregate_usage billing_scheme currency id metadata nickname product_id
            usage_type interval
        """,
        "bigint": "amount interval_count trial_period_days",
    },
    "stripe.subscription_history": {
        "timestamp": """
            _fivetran_synced billing_cycle_anchor cancel_at canceled_at created
            current_period_end current_period_start ended_at start_date trial_end
            trial_start pause_collection_resumes_at _fivetran_start _fivetran_end
        """,
        "boolean": """
            _fivetran_active billing_threshold_reset_billing_cycle_anchor
            cancel_at_period_end livemode
        """,
        "double": "application_fee_percent tax_percent",
        "varchar": """
            billing customer_id default_source_id id latest_invoice_id
            default_payment_method_id pending_setup_intent_id metadata status
            pause_collection_behavior
        """,
        "bigint": "billing_threshold_amount_gte days_until_due quantity",
    },
    "stripe.subscription_item": {
        "timestamp": "_fivetran_synced created current_period_end current_period_start",
        "varchar": "id metadata plan_id subscription_id",
        "bigint": "quantity",
    },
    "stripe.invoice": {
        "timestamp": """
            _fivetran_synced created date due_date finalized_at next_payment_attempt
            period_end period_start status_transitions_finalized_at
            status_transitions_marked_uncollectible_at status_transitions_paid_at
            status_transitions_voided_at webhooks_delivered_at
        """,
        "bigint": """
            amount_due amount_paid amount_remaining application_fee_amount
            post_payment_credit_notes_amount pre_payment_credit_notes_amount
            attempt_count ending_balance starting_balance subscription_proration_date
            subtotal tax threshold_reason_amount_gte total
        """,
        "boolean": "attempted auto_advance is_deleted livemode paid",
        "varchar": """
            billing billing_reason charge_id currency customer_id default_source_id
            description footer hosted_invoice_url id invoice_pdf metadata number
            default_payment_method_id payment_intent_id subscription_id receipt_number
            statement_descriptor status
        """,
        "double": "tax_percent",
    },
    "stripe.invoice_line_item": {
        "timestamp": "_fivetran_synced period_end period_start",
        "bigint": "amount quantity",
        "varchar": """
            currency description id invoice_id invoice_item_id metadata plan_id price_id
            subscription_id subscription_item_id type unique_id
            unit_amount_excluding_tax
        """,
        "boolean": "discountable livemode proration",
    },
    "stripe.coupon": {
        "timestamp": "_fivetran_synced created redeem_by",
        "bigint": "amount_off duration_in_months max_redemptions times_redeemed",
        "varchar": "currency duration id metadata name",
        "boolean": "livemode valid",
        "double": "percent_off",
    },
    "stripe.discount": {
        "varchar": """
            id type type_id checkout_session_id checkout_session_line_item_id coupon_id
            credit_note_line_item_id customer_id invoice_id invoice_item_id
            promotion_code subscription_id end start
        """,
        "timestamp": "_fivetran_synced",
        "bigint": "amount",
    },
    "stripe.subscription_discount": {
        "timestamp": "_fivetran_synced",
        "varchar": """
            checkout_session coupon_id customer_id id invoice_id invoice_item_id
            subscription_id end start
        """,
    },
    "salesforce.account": {
        "timestamp": "_fivetran_synced last_activity_date last_referenced_date last_viewed_date",
        "boolean": "_fivetran_active is_deleted",
        "varchar": """
            account_number account_source billing_city billing_country
            billing_postal_code billing_state billing_state_code billing_street
            description id industry master_record_id name owner_id ownership parent_id
            rating record_type_id shipping_city shipping_country shipping_country_code
            shipping_postal_code shipping_state shipping_state_code shipping_street type
            website
        """,
        "double": "annual_revenue",
        "bigint": "number_of_employees",
    },
    "salesforce.opportunity": {
        "timestamp": "_fivetran_synced close_date created_date",
        "boolean": "is_closed is_deleted is_won",
        "varchar": "account_id id loss_reason_c name stage_name type",
    },
    "billing.subscription_periods": {
        "varchar": "subscription_id customer_id product currency interval",
        "date": "start_date end_date",
        "double": "amount",
        "bigint": "interval_count quantity",
        "timestamp": "updated_at",
    },
}

# Column -> type, in a fixed order, of every raw table.
COLUMNS: dict[str, dict[str, str]] = {
    table: {name: data_type for data_type, names in by_type.items() for name in names.split()}
    for table, by_type in _BY_TYPE.items()
}

# The seven tables without which Stripe cannot be read.
STRIPE_SEVEN = (
    "stripe.customer",
    "stripe.product",
    "stripe.price",
    "stripe.subscription_history",
    "stripe.subscription_item",
    "stripe.invoice",
    "stripe.invoice_line_item",
)
