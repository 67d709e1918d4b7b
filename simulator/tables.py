"""Columns of the emitted raw tables: (name, kind).

Kinds: s text, i integer, f float, b boolean, t timestamp (seconds since 1970 UTC).
"""

from __future__ import annotations

SYNCED = ("_fivetran_synced", "t")
DELETED = ("_fivetran_deleted", "b")


def _columns(text: str) -> list[tuple[str, str]]:
    return [tuple(part.split(":")) for part in text.split()]


#: 'source.table' -> its columns in the order of the emitted tuples, `_fivetran_synced` last.
TABLES: dict[str, list[tuple[str, str]]] = {
    "stripe.customer": _columns(
        "id:s name:s email:s currency:s created:t balance:i delinquent:b is_deleted:b livemode:b "
        "address_country:s metadata:s"
    ),
    "stripe.subscription_history": _columns(
        "id:s _fivetran_start:t _fivetran_end:t _fivetran_active:b status:s customer_id:s "
        "created:t start_date:t current_period_start:t current_period_end:t cancel_at:t "
        "cancel_at_period_end:b canceled_at:t ended_at:t trial_start:t trial_end:t "
        "latest_invoice_id:s pause_collection_behavior:s billing:s livemode:b metadata:s"
    ),
    "stripe.subscription_item": _columns(
        "id:s subscription_id:s plan_id:s quantity:i created:t current_period_start:t "
        "current_period_end:t metadata:s"
    ),
    "stripe.product": _columns(
        "id:s name:s active:b is_deleted:b livemode:b type:s unit_label:s created:t updated:t"
    ),
    "stripe.price": _columns(
        "id:s product_id:s active:b billing_scheme:s currency:s created:t is_deleted:b livemode:b "
        "metadata:s nickname:s recurring_interval:s recurring_interval_count:i "
        "recurring_usage_type:s recurring_aggregate_usage:s unit_amount:i unit_amount_decimal:s"
    ),
    "stripe.plan": _columns(
        "id:s product_id:s active:b billing_scheme:s currency:s created:t is_deleted:b livemode:b "
        "metadata:s nickname:s interval:s interval_count:i usage_type:s aggregate_usage:s "
        "amount:i"
    ),
    "stripe.coupon": _columns(
        "id:s name:s duration:s duration_in_months:i percent_off:f amount_off:i currency:s "
        "created:t livemode:b times_redeemed:i valid:b"
    ),
    "stripe.discount": _columns(
        "id:s type:s type_id:s coupon_id:s customer_id:s subscription_id:s invoice_id:s "
        "promotion_code:s amount:i start:s end:s"
    ),
    "stripe.subscription_discount": _columns(
        "id:s coupon_id:s customer_id:s subscription_id:s invoice_id:s start:s end:s"
    ),
    "stripe.invoice": _columns(
        "id:s number:s customer_id:s subscription_id:s status:s paid:b billing_reason:s currency:s "
        "created:t period_start:t period_end:t due_date:t charge_id:s subtotal:i tax:i total:i "
        "pre_payment_credit_notes_amount:i post_payment_credit_notes_amount:i amount_due:i "
        "amount_paid:i amount_remaining:i attempt_count:i attempted:b auto_advance:b "
        "status_transitions_finalized_at:t status_transitions_paid_at:t "
        "status_transitions_voided_at:t status_transitions_marked_uncollectible_at:t "
        "is_deleted:b livemode:b"
    ),
    "stripe.invoice_line_item": _columns(
        "id:s invoice_id:s invoice_item_id:s subscription_id:s subscription_item_id:s plan_id:s "
        "price_id:s type:s proration:b quantity:i amount:i currency:s description:s "
        "discountable:b period_start:t period_end:t livemode:b"
    ),
    "stripe.charge": _columns(
        "id:s customer_id:s invoice_id:s status:s paid:b captured:b currency:s amount:i "
        "amount_refunded:i refunded:b created:t livemode:b"
    ),
    "stripe.refund": _columns("id:s charge_id:s status:s currency:s amount:i reason:s created:t"),
    "stripe.credit_note": _columns(
        "id:s invoice_id:s refund_id:s status:s type:s reason:s currency:s amount:i created:t "
        "voided_at:t livemode:b"
    ),
    "salesforce.account": _columns(
        "id:s name:s owner_id:s parent_id:s master_record_id:s is_deleted:b type:s industry:s "
        "billing_country:s number_of_employees:i annual_revenue:f website:s csm_id_c:s "
        "co_csm_id_c:s co_csm_split_c:f journey_stage_c:s _fivetran_active:b"
    ),
    "salesforce.user": _columns(
        "id:s name:s email:s username:s title:s user_type:s is_active:b last_login_date:t "
        "_fivetran_active:b _fivetran_deleted:b"
    ),
    "salesforce.opportunity": _columns(
        "id:s account_id:s owner_id:s name:s type:s stage_name:s amount:f close_date:t "
        "created_date:t is_closed:b is_won:b is_deleted:b probability:f forecast_category:s "
        "contract_start_c:t contract_end_c:t auto_renew_c:b quoted_uplift_percent_c:f "
        "_fivetran_active:b"
    ),
    "segment.tracks": _columns(
        "id:s anonymous_id:s user_id:s event:s event_text:s timestamp:t original_timestamp:t "
        "sent_at:t received_at:t uuid_ts:t context_group_id:s context_ip:s"
    ),
    "segment.identifies": _columns(
        "id:s user_id:s timestamp:t received_at:t email:s name:s title:s role:s group_id:s"
    ),
    "segment.groups": _columns(
        "id:s group_id:s user_id:s timestamp:t received_at:t name:s plan:s salesforce_account_id:s"
    ),
    "zendesk.ticket": _columns(
        "id:i organization_id:i requester_id:i assignee_id:i status:s priority:s "
        "custom_severity:i subject:s via_channel:s created_at:t updated_at:t _fivetran_deleted:b"
    ),
    "zendesk.ticket_field_history": _columns(
        "ticket_id:i field_name:s updated:t user_id:i value:s"
    ),
    "zendesk.ticket_comment": _columns(
        "id:i ticket_id:i user_id:i body:s public:b created:t _fivetran_deleted:b"
    ),
    "zendesk.organization": _columns("id:i name:s external_id:s created_at:t"),
    "zendesk.user": _columns(
        "id:i organization_id:i name:s email:s external_id:s role:s created_at:t active:b "
        "_fivetran_deleted:b"
    ),
    "zendesk.satisfaction_rating": _columns("id:i ticket_id:i score:s created_at:t updated_at:t"),
    "zendesk.ticket_sla_event": _columns("ticket_id:i metric:s target_at:t met_at:t is_breached:b"),
    "delighted.person": _columns("id:s email:s name:s created_at:t last_sent_at:t"),
    "delighted.response": _columns("id:s person_id:s score:i comment:s created_at:t updated_at:t"),
    "delighted.survey_request": _columns("id:s person_id:s sent_at:t survey_type:s"),
    "salesforce.contact": _columns(
        "id:s account_id:s first_name:s last_name:s name:s email:s cs_role_c:s "
        "left_company_on_c:t is_deleted:b _fivetran_active:b"
    ),
    "salesforce.task": _columns(
        "id:s account_id:s who_id:s owner_id:s subject:s status:s priority:s type:s is_closed:b "
        "is_deleted:b activity_date:t completed_date_time:t created_date:t touch_kind_c:s "
        "is_two_way_c:b _fivetran_active:b"
    ),
    "salesforce.event": _columns(
        "id:s account_id:s who_id:s owner_id:s subject:s is_deleted:b activity_date:t "
        "start_date_time:t end_date_time:t created_date:t touch_kind_c:s is_two_way_c:b "
        "_fivetran_active:b"
    ),
    "salesforce.success_goal_c": _columns(
        "id:s account_id_c:s goal_c:s due_on_c:t met_on_c:t is_deleted:b"
    ),
    "salesforce.renewal_step_c": _columns(
        "id:s opportunity_id_c:s step_c:s due_on_c:t done_on_c:t is_deleted:b"
    ),
    "salesforce.csm_pulse_c": _columns(
        "id:s account_id_c:s csm_id_c:s pulse_c:f reason_c:s given_on_c:t is_deleted:b"
    ),
    "salesforce.case_study_c": _columns(
        "id:s account_id_c:s csm_id_c:s published_on_c:t is_deleted:b"
    ),
    "salesforce.account_field_history": _columns(
        "id:s account_id:s field:s old_value:s new_value:s created_date:t created_by_id:s"
    ),
    "people.employee": _columns(
        "employee_id:s crm_user_id:s display_name:s email:s role:s manager_id:s region:s "
        "hired_on:t left_on:t capacity_points:f"
    ),
    "people.absence": _columns("employee_id:s from_date:t to_date:t kind:s"),
    "people.touch_cost": _columns("role:s hourly_cost:f currency:s valid_from:t"),
    "comp.plan_assignment": _columns(
        "employee_id:s plan_version:s target_bonus_quarter:f guarantee_amount:f currency:s "
        "valid_from:t valid_to:t ramp_started_on:t"
    ),
    "comp.shared_ownership": _columns(
        "account_id:s employee_id:s split_weight:f valid_from:t valid_to:t"
    ),
    "comp.exclusion": _columns(
        "id:s account_id:s quarter:s kind:s approved_by:s approved_on:t evidence:s"
    ),
    "comp.dispute": _columns(
        "id:s csm_id:s quarter:s line_id:s state:s opened_on:t resolved_on:t resolution:s"
    ),
}
for _columns_of in TABLES.values():
    _columns_of.append(SYNCED)

#: Tables whose rows the connector deletes: batches carry `_fivetran_deleted`.
HARD_DELETED = (
    "stripe.subscription_item",
    "stripe.discount",
    "stripe.subscription_discount",
    "stripe.invoice_line_item",
)

#: Columns that a table has only where the customer-success sources land too.
SUCCESS_COLUMNS = {
    "salesforce.opportunity": _columns("renewal_notice_given_on_c:t loss_reason_c:s"),
}
