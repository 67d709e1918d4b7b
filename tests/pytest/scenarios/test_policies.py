"""The policy vars: where authorities disagree, the project leaves the choice to a var."""

from __future__ import annotations

from scenarios.groups import FIRSTS, TODAY, rates
from scenarios.harness import Group

# One refresh with every var off its default; each touches stories of its own.
POLICY = Group(
    "policy",
    (TODAY,),
    dbt_vars={
        "mrr_churn_recognition": "cancel_request",
        "mrr_past_due_grace_days": 10,
        "mrr_paused_collection": "zero",
        "mrr_reactivation_max_gap_days": 60,
        "mrr_include_metered": True,
        "mrr_discounts": ["repeating", "once"],
        "crm_billing_customer_field": "stripe_customer_id_c",
    },
)

# Another day and another currency than UTC and dollars.
ELSEWHERE = Group(
    "elsewhere",
    (TODAY,),
    dbt_vars={"reporting_timezone": "America/New_York", "reporting_currency": "jpy"},
    reference={
        "fx_rates": rates("usd", {day: "150.55" if day < "2026-06" else "152" for day in FIRSTS})
    },
)


def monthly(story, unit_amount=10_00, start="2026-01-01", **options):
    """$10/mo from 1 Jan 2026."""
    return story.subscribe(story.price(unit_amount), start=start, **options)


def yearly(story):
    """$1,200/yr from 1 Jan 2026, billed."""
    subscription = story.subscribe(story.price(1200_00, "year"), start="2026-01-01")
    subscription.bill()
    return subscription


ASKED = {"cancel_at_period_end": True}
WITHDRAWN = {"cancel_at_period_end": False, "canceled_at": None}


@POLICY.scenario
def test_by_request_a_cancellation_at_period_end_churns_when_asked_for(story):
    """S6: asked for on 10 May, service would end on 1 Jan 2027."""
    yearly(story).version("2026-05-10", canceled_at="2026-05-10", **ASKED)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00", "2026-05-10 churn -100.00"]


@POLICY.scenario
def test_by_request_the_end_of_service_is_no_second_churn(story):
    """Asked for on 10 May, ended with the month on 1 Jun."""
    subscription = monthly(story)
    subscription.bill(until="2026-05-10")
    subscription.version("2026-05-10", canceled_at="2026-05-10", **ASKED)
    subscription.end("2026-06-01", canceled_at="2026-05-10")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-10 churn -10.00"]


@POLICY.scenario
def test_by_request_one_that_was_withdrawn_never_churned(story):
    subscription = yearly(story)
    subscription.version("2026-05-10", canceled_at="2026-05-10", **ASKED)
    subscription.version("2026-05-20", **WITHDRAWN)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@POLICY.scenario
def test_by_request_the_latest_row_names_the_day(story):
    """Asked for in May, withdrawn, asked for again on 1 Aug."""
    subscription = yearly(story)
    subscription.version("2026-05-10", canceled_at="2026-05-10", **ASKED)
    subscription.version("2026-05-20", **WITHDRAWN)
    subscription.version("2026-08-01", canceled_at="2026-08-01", **ASKED)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00", "2026-08-01 churn -100.00"]


@POLICY.scenario
def test_past_due_counts_for_the_days_of_grace(story):
    """past_due on 1 May; ten days count, 1 to 10 May; paid on 20 May.

    With the invoice of 1 May unpaid, what stops counting out of past_due is involuntary.
    """
    subscription = monthly(story)
    subscription.bill(until="2026-05-01")
    subscription.bill(until="2026-05-02", status="open", paid=False)
    subscription.version("2026-05-01 02:00:00", status="past_due")
    subscription.version("2026-05-20", status="active")
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-05-11 churn -10.00",
        "2026-05-20 reactivation 10.00",
    ]
    assert result.churn_reasons() == ["new None", "churn involuntary", "reactivation None"]


@POLICY.scenario
def test_past_due_within_the_days_of_grace_is_nothing(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-02")
    subscription.version("2026-05-01 02:00:00", status="past_due")
    subscription.version("2026-05-08", status="active")
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@POLICY.scenario
def test_grace_is_not_granted_anew_by_another_version_in_past_due(story):
    """past_due since 1 May through the renewal of 1 Jun and on."""
    subscription = monthly(story)
    subscription.bill(until="2026-05-02")
    subscription.version("2026-05-01 02:00:00", status="past_due")
    subscription.version("2026-05-06", default_source_id="card_2")
    subscription.bill(until="2026-07-02")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-11 churn -10.00"]


@POLICY.scenario
def test_a_paused_collection_may_count_as_zero(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-01")
    subscription.version("2026-05-01", pause_collection_behavior="void")
    subscription.bill(until="2026-06-15")
    subscription.version("2026-06-15", pause_collection_behavior=None)
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-05-01 churn -10.00",
        "2026-06-15 reactivation 10.00",
    ]


@POLICY.scenario
def test_a_return_within_the_longest_gap_is_a_reactivation(story):
    """Gone on 1 Mar, back on 30 Apr: 60 days."""
    subscription = monthly(story)
    subscription.bill(until="2026-03-01")
    subscription.end("2026-03-01")
    monthly(story, start="2026-04-30").bill()
    result = yield
    assert result.movements()[-1] == "2026-04-30 reactivation 10.00"


@POLICY.scenario
def test_a_return_beyond_the_longest_gap_is_new_again(story):
    """Gone on 1 Mar, back on 1 May: 61 days."""
    subscription = monthly(story)
    subscription.bill(until="2026-03-01")
    subscription.end("2026-03-01")
    monthly(story, start="2026-05-01").bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-03-01 churn -10.00",
        "2026-05-01 new 10.00",
    ]


@POLICY.scenario
def test_metered_prices_may_count(story):
    """500 calls at 10 cents a month beside a base fee of $10.

    A metered item's row has no quantity: the quantity is that of its regular lines.
    """
    calls = story.price(10, product=story.product(), recurring_usage_type="metered")
    subscription = monthly(story, addons=((calls, None),))
    subscription.items[1].tiers = [(500, 50_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 60.00"]


@POLICY.scenario
def test_a_once_coupon_may_reduce_mrr_for_one_interval(story):
    """S14 by another policy: $100/mo, 50% once: 50 in January, 100 from 1 Feb."""
    subscription = monthly(story, 100_00)
    subscription.bill()
    story.discount(story.coupon("once", percent_off=50), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 50.00", "2026-02-01 expansion 50.00"]


@POLICY.scenario
def test_a_forever_coupon_may_leave_mrr_alone(story):
    subscription = monthly(story, 100_00)
    subscription.bill()
    story.discount(story.coupon(percent_off=25), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@POLICY.scenario
def test_a_field_of_the_crm_may_name_the_billing_customer(story):
    customer = story.customer()
    account = story.crm_account(stripe_customer_id_c=customer.id)
    monthly(story, customer=customer).bill()
    result = yield
    assert result.movements(account.id) == ["2026-01-01 new 10.00"]


@POLICY.scenario
def test_metadata_comes_before_the_field_of_the_crm(story):
    named = story.crm_account()
    customer = story.linked_customer(named)
    story.crm_account(stripe_customer_id_c=customer.id)
    monthly(story, customer=customer).bill()
    result = yield
    assert result.movements(named.id) == ["2026-01-01 new 10.00"]


# --------------------------------------------------------------- another time zone and currency


@ELSEWHERE.scenario
def test_a_day_is_one_of_the_reporting_time_zone(story):
    """1 Mar, 03:00 UTC, is 28 Feb, 22:00 in New York. $10 at 150.55: 1,505.5 yen, rounded up."""
    subscription = monthly(story, start="2026-03-01 03:00:00")
    subscription.bill(until="2026-05-01")
    subscription.end("2026-05-01 03:59:00")
    result = yield
    assert result.movements() == ["2026-02-28 new 1506.00", "2026-04-30 churn -1506.00"]


@ELSEWHERE.scenario
def test_the_as_of_day_ends_with_the_day_of_the_reporting_time_zone(story):
    """05:00 UTC of 1 Jan is midnight in New York."""
    early, late = story.customer(), story.customer()
    monthly(story, start="2027-01-01 04:59:00", customer=early).bill()
    monthly(story, start="2027-01-01 05:00:00", customer=late).bill()
    result = yield
    assert result.movements(early.id) == ["2026-12-31 new 1520.00"]
    assert result.movements(late.id) == []


@ELSEWHERE.scenario
def test_amounts_are_rounded_to_the_minor_unit_of_the_reporting_currency(story):
    """$9.99 at 150.55: 1,503.99 yen; from June on at 152: 1,518.48."""
    monthly(story, 9_99, start="2026-02-10 12:00:00").bill()
    result = yield
    assert result.movements() == ["2026-02-10 new 1504.00", "2026-06-01 fx 14.00"]


@ELSEWHERE.scenario
def test_the_reporting_currency_itself_needs_no_rate(story):
    price = story.price(5000, currency="jpy")
    story.subscribe(price, start="2026-02-10 12:00:00").bill()
    result = yield
    assert result.movements() == ["2026-02-10 new 5000.00"]
