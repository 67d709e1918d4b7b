"""The public scenarios S1 to S16 of the metric definitions, each as raw Stripe rows."""

from __future__ import annotations

from datetime import date

from scenarios.groups import MAIN


@MAIN.scenario
def test_s1_seats_added_and_taken_away(story):
    """$10 per seat from 15 Jan, 1 seat; 3 seats from 10 Apr; 2 seats from 5 Aug."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-15")
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=3)
    subscription.bill(until="2026-08-05")
    subscription.change("2026-08-05", quantity=2)
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-15 new 10.00",
        "2026-04-10 expansion 20.00",
        "2026-08-05 contraction -10.00",
    ]
    assert result.causes() == [
        "2026-01-15 new_item 10.00",
        "2026-04-10 quantity 20.00",
        "2026-08-05 quantity -10.00",
    ]


@MAIN.scenario
def test_s2_a_customer_returns_after_three_months(story):
    """$10/mo from 1 Jan, service ends 1 Apr; a new subscription from 1 Jul."""
    price = story.price(10_00)
    first = story.subscribe(price, start="2026-01-01")
    first.bill(until="2026-04-01")
    first.end("2026-04-01")
    story.subscribe(price, start="2026-07-01").bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-04-01 churn -10.00",
        "2026-07-01 reactivation 10.00",
    ]
    assert result.causes() == [
        "2026-01-01 new_item 10.00",
        "2026-04-01 removed_item -10.00",
        "2026-07-01 new_item 10.00",
    ]


@MAIN.scenario
def test_s3_a_trial_becomes_paid(story):
    """Trial 20 Sep to 4 Oct, then $10/mo."""
    trial = {"status": "trialing", "trial_start": "2026-09-20", "trial_end": "2026-10-04"}
    subscription = story.subscribe(story.price(10_00), start="2026-09-20", **trial)
    subscription.bill_trial("2026-10-04")
    subscription.version("2026-10-04", status="active")
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-10-04 new 10.00"]


@MAIN.scenario
def test_s4_a_year_counts_a_twelfth_per_month(story):
    """$1,200/yr from 1 Jan."""
    story.subscribe(story.price(1200_00, "year"), start="2026-01-01").bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@MAIN.scenario
def test_s5_cancelled_and_ended_at_once(story):
    """As S4, ended on 10 May in the middle of the paid year."""
    subscription = story.subscribe(story.price(1200_00, "year"), start="2026-01-01")
    subscription.bill()
    subscription.end("2026-05-10")
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00", "2026-05-10 churn -100.00"]


@MAIN.scenario
def test_s6_cancel_at_period_end_does_not_churn_before_the_end_of_service(story):
    """As S4, cancel asked for on 10 May; service ends with the period, on 1 Jan 2027."""
    subscription = story.subscribe(story.price(1200_00, "year"), start="2026-01-01")
    subscription.bill()
    subscription.version("2026-05-10", cancel_at_period_end=True, canceled_at="2026-05-10")
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]
    last = result.periods()[-1]
    assert (last["valid_to"], last["scheduled_end_date"]) == (None, date(2027, 1, 1))


@MAIN.scenario
def test_s7_a_change_to_another_product_is_an_expansion_by_plan(story):
    """Starter $10/mo changed to Growth $20/mo on 12 Apr."""
    starter, growth = (story.price(price, product=story.product()) for price in (10_00, 20_00))
    subscription = story.subscribe(starter, start="2026-01-01")
    subscription.bill(until="2026-04-12")
    subscription.change("2026-04-12", price=growth)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-12 expansion 10.00"]
    assert result.causes() == ["2026-01-01 new_item 10.00", "2026-04-12 plan 10.00"]


@MAIN.scenario
def test_s8_a_change_from_month_to_year_is_a_contraction_by_term(story):
    """$10/mo changed to $96/yr of the same product on 1 Jul, hours after the monthly renewal."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-07-02")
    subscription.renew_with("2026-07-01 09:00:00", story.price(96_00, "year"))
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-07-01 contraction -2.00"]
    assert result.causes() == ["2026-01-01 new_item 10.00", "2026-07-01 term -2.00"]


@MAIN.scenario
def test_s9_an_addon_is_removed_and_its_row_deleted(story):
    """Base $10/mo with add-on $5/mo; add-on removed on 3 Jun."""
    base, addon = (story.price(price, product=story.product()) for price in (10_00, 5_00))
    subscription = story.subscribe(base, start="2026-01-01", addons=((addon, 1),))
    subscription.bill(until="2026-06-03")
    subscription.remove_item("2026-06-03", subscription.items[1])
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 15.00", "2026-06-03 contraction -5.00"]
    assert result.causes() == [
        "2026-01-01 new_item 10.00",
        "2026-01-01 new_item 5.00",
        "2026-06-03 removed_item -5.00",
    ]


@MAIN.scenario
def test_s10_seats_added_in_mid_year_count_on_the_day_of_their_proration(story):
    """12,000/yr for 10 seats from 1 Jan; 5 seats more on 15 Apr, with proration lines."""
    subscription = story.subscribe(story.price(1200_00, "year"), 10, start="2026-01-01")
    subscription.bill()
    subscription.change("2026-04-15", quantity=15, own_invoice=True)
    result = yield
    assert result.movements() == ["2026-01-01 new 1000.00", "2026-04-15 expansion 500.00"]
    assert result.causes() == ["2026-01-01 new_item 1000.00", "2026-04-15 quantity 500.00"]


@MAIN.scenario
def test_s11_past_due_counts_until_it_becomes_unpaid(story):
    """$10/mo, `past_due` 1 May, `unpaid` 20 May, `canceled` 1 Jun."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-05-01")
    subscription.bill(until="2026-05-02", status="open", paid=False)
    subscription.version("2026-05-01 01:00:00", status="past_due")
    subscription.version("2026-05-20", status="unpaid")
    subscription.end("2026-06-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-20 churn -10.00"]
    assert result.churn_reasons() == ["new None", "churn involuntary"]


@MAIN.scenario
def test_s12_an_incomplete_subscription_that_expires_moves_nothing(story):
    """`incomplete`, a day later `incomplete_expired`."""
    price = story.price(10_00)
    subscription = story.subscribe(price, start="2026-02-01 10:00:00", status="incomplete")
    subscription.bill(until="2026-02-02", status="open", paid=False)
    subscription.version(
        "2026-02-02 10:00:00", status="incomplete_expired", ended_at="2026-02-02 10:00:00"
    )
    result = yield
    assert result.movements() == []


@MAIN.scenario
def test_s13_a_repeating_coupon_runs_out(story):
    """$100/mo, 20% `repeating` 3 months from 1 Jan."""
    subscription = story.subscribe(story.price(100_00), start="2026-01-01")
    subscription.bill()
    coupon = story.coupon("repeating", percent_off=20, duration_in_months=3)
    story.discount(coupon, "2026-01-01", "2026-04-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 80.00", "2026-04-01 expansion 20.00"]
    assert result.causes() == ["2026-01-01 new_item 80.00", "2026-04-01 discount 20.00"]


@MAIN.scenario
def test_s14_a_coupon_for_once_leaves_mrr_alone(story):
    """$100/mo, 50% `once`."""
    subscription = story.subscribe(story.price(100_00), start="2026-01-01")
    subscription.bill()
    story.discount(story.coupon("once", percent_off=50), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@MAIN.scenario
def test_s15_the_end_of_one_of_two_subscriptions_is_a_contraction(story):
    """$100/mo and $50/mo on two subscriptions; the second ends 1 Jun."""
    story.subscribe(story.price(100_00), start="2026-01-01").bill()
    second = story.subscribe(story.price(50_00), start="2026-01-01")
    second.bill(until="2026-06-01")
    second.end("2026-06-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 150.00", "2026-06-01 contraction -50.00"]
    assert result.causes()[-1] == "2026-06-01 removed_item -50.00"


@MAIN.scenario
def test_s16_a_new_rate_on_the_first_of_the_month_is_fx(story):
    """EUR 100/mo from 10 Jan; 1.10 in January, 1.20 from 1 Feb."""
    story.subscribe(story.price(100_00, currency="eur"), start="2026-01-10").bill()
    result = yield
    assert result.movements() == ["2026-01-10 new 110.00", "2026-02-01 fx 10.00"]
    assert result.causes() == ["2026-01-10 new_item 110.00", "2026-02-01 fx 10.00"]
