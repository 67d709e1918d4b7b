"""Section 2: recurring discounts."""

from __future__ import annotations

from decimal import Decimal

from scenarios.groups import MAIN


def monthly(story, unit_amount=100_00, **columns):
    """$100/mo from 1 Jan 2026, billed to the end of the year."""
    subscription = story.subscribe(story.price(unit_amount), start="2026-01-01", **columns)
    subscription.bill()
    return subscription


@MAIN.scenario
def test_a_forever_discount_reduces_mrr_from_its_start(story):
    story.discount(story.coupon(percent_off=25), "2026-03-10", subscription=monthly(story))
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00", "2026-03-10 contraction -25.00"]
    assert result.causes()[-1] == "2026-03-10 discount -25.00"
    assert [row["mrr_native"] for row in result.periods()] == [100, 75]


@MAIN.scenario
def test_a_forever_discount_that_was_ended_reduces_mrr_to_its_end(story):
    subscription = monthly(story)
    coupon = story.coupon(percent_off=25)
    story.discount(coupon, "2026-01-01", "2026-06-15", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 75.00", "2026-06-15 expansion 25.00"]


@MAIN.scenario
def test_a_discount_of_the_older_table_reduces_mrr(story):
    subscription = monthly(story)
    table = "stripe.subscription_discount"
    coupon = story.coupon(percent_off=25)
    story.discount(coupon, "2026-01-01", subscription=subscription, table=table)
    result = yield
    assert result.movements() == ["2026-01-01 new 75.00"]


@MAIN.scenario
def test_a_discount_that_stands_in_both_tables_counts_once(story):
    """`subscription_discount` and `discount` are one set by id."""
    subscription = monthly(story)
    coupon = story.coupon(percent_off=25)
    first = story.discount(coupon, "2026-01-01", subscription=subscription)
    table = "stripe.subscription_discount"
    story.discount(coupon, "2026-01-01", subscription=subscription, table=table, id=first.id)
    result = yield
    assert result.movements() == ["2026-01-01 new 75.00"]


@MAIN.scenario
def test_a_discount_that_invoices_repeat_counts_once(story):
    """The same discount id also stands on an invoice: a row of its own, of type `invoice`."""
    subscription = monthly(story)
    coupon = story.coupon(percent_off=25)
    first = story.discount(coupon, "2026-01-01", subscription=subscription)
    on_invoice = {"id": first.id, "type": "invoice", "type_id": f"in_{story.name}_1"}
    on_invoice["invoice_id"] = on_invoice["type_id"]
    story.discount(coupon, "2026-01-01", subscription=subscription, **on_invoice)
    result = yield
    assert result.movements() == ["2026-01-01 new 75.00"]


@MAIN.scenario
def test_an_amount_off_is_taken_off(story):
    coupon = story.coupon(amount_off=15_00, currency="usd")
    story.discount(coupon, "2026-01-01", subscription=monthly(story))
    result = yield
    assert result.movements() == ["2026-01-01 new 85.00"]


@MAIN.scenario
def test_an_amount_off_in_another_currency_is_not_taken_off(story):
    coupon = story.coupon(amount_off=15_00, currency="eur")
    story.discount(coupon, "2026-01-01", subscription=monthly(story))
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@MAIN.scenario
def test_an_amount_off_is_brought_to_a_month_by_the_billing_interval(story):
    """$120 off $1,200 a year is $10 a month."""
    subscription = story.subscribe(story.price(1200_00, "year"), start="2026-01-01")
    subscription.bill()
    coupon = story.coupon(amount_off=120_00, currency="usd")
    story.discount(coupon, "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 90.00"]


@MAIN.scenario
def test_an_amount_off_is_spread_over_the_items_by_gross_mrr(story):
    """$8 off items of $30 and $10: $6 and $2."""
    dear, cheap = (story.price(price, product=story.product()) for price in (30_00, 10_00))
    subscription = story.subscribe(dear, start="2026-01-01", addons=((cheap, 1),))
    subscription.bill()
    coupon = story.coupon(amount_off=8_00, currency="usd")
    story.discount(coupon, "2026-01-01", subscription=subscription)
    result = yield
    assert [row["mrr"] for row in result.periods()] == [24, 8]
    assert result.movements() == ["2026-01-01 new 32.00"]


@MAIN.scenario
def test_an_amount_off_is_spread_before_the_items_are_rounded(story):
    """$10 off three items of $10: 6.6667 each, rounded at the item: 3 x 6.67 = 20.01."""
    first, second, third = (story.price(10_00, product=story.product()) for _ in "abc")
    addons = ((second, 1), (third, 1))
    subscription = story.subscribe(first, start="2026-01-01", addons=addons)
    subscription.bill()
    coupon = story.coupon(amount_off=10_00, currency="usd")
    story.discount(coupon, "2026-01-01", subscription=subscription)
    result = yield
    assert [row["mrr"] for row in result.periods()] == [Decimal("6.67")] * 3
    assert result.movements() == ["2026-01-01 new 20.01"]


@MAIN.scenario
def test_an_amount_off_in_yen_has_no_minor_unit(story):
    """1,000 yen off 5,000 yen, at 0.0070: $28."""
    subscription = story.subscribe(story.price(5000, currency="jpy"), start="2026-01-01")
    subscription.bill()
    coupon = story.coupon(amount_off=1000, currency="jpy")
    story.discount(coupon, "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 28.00"]


@MAIN.scenario
def test_of_two_discounts_with_one_start_the_percentage_comes_first(story):
    """100 x 50% - 20 = 30; the other way round it would be 40."""
    subscription = monthly(story)
    amount = story.coupon(amount_off=20_00, currency="usd")
    story.discount(amount, "2026-01-01", subscription=subscription)
    story.discount(story.coupon(percent_off=50), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 30.00"]


@MAIN.scenario
def test_of_two_discounts_the_one_that_started_first_comes_first(story):
    """An amount from January, a percentage from February: (100 - 20) x 50% = 40."""
    subscription = monthly(story)
    amount = story.coupon(amount_off=20_00, currency="usd")
    story.discount(amount, "2026-01-01", subscription=subscription)
    story.discount(story.coupon(percent_off=50), "2026-02-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 80.00", "2026-02-01 contraction -40.00"]


@MAIN.scenario
def test_two_percentages_multiply(story):
    """100 x 80% x 50%."""
    subscription = monthly(story)
    story.discount(story.coupon(percent_off=20), "2026-01-01", subscription=subscription)
    story.discount(story.coupon(percent_off=50), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 40.00"]


@MAIN.scenario
def test_a_customers_discount_applies_where_the_subscription_has_none(story):
    """The customer has 50%; one of two subscriptions has 10% of its own."""
    own = monthly(story)
    monthly(story)
    story.discount(story.coupon(percent_off=10), "2026-01-01", subscription=own)
    story.discount(story.coupon(percent_off=50), "2026-01-01")
    result = yield
    assert [row["mrr"] for row in result.periods()] == [90, 50]
    assert result.movements() == ["2026-01-01 new 140.00"]


@MAIN.scenario
def test_a_customers_discount_takes_over_when_the_subscriptions_own_ends(story):
    """10% of its own to 1 Apr, then the customer's 50%."""
    own = monthly(story)
    coupon = story.coupon("repeating", percent_off=10, duration_in_months=3)
    story.discount(coupon, "2026-01-01", "2026-04-01", subscription=own)
    story.discount(story.coupon(percent_off=50), "2026-01-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 90.00", "2026-04-01 contraction -40.00"]


@MAIN.scenario
def test_a_discount_never_takes_mrr_below_zero(story):
    """$50 off $30 from March to May: nothing is left, and nothing is owed."""
    subscription = monthly(story, 30_00)
    coupon = story.coupon("repeating", amount_off=50_00, currency="usd", duration_in_months=2)
    story.discount(coupon, "2026-03-01", "2026-05-01", subscription=subscription)
    result = yield
    assert result.movements() == [
        "2026-01-01 new 30.00",
        "2026-03-01 churn -30.00",
        "2026-05-01 reactivation 30.00",
    ]


@MAIN.scenario
def test_months_free_by_a_full_discount_are_not_a_movement(story):
    """100% for the first two months: the first paid day is `new`."""
    subscription = monthly(story)
    coupon = story.coupon("repeating", percent_off=100, duration_in_months=2)
    story.discount(coupon, "2026-01-01", "2026-03-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-03-01 new 100.00"]


@MAIN.scenario
def test_a_discount_is_taken_before_rounding(story):
    """$100/yr less 20%: 80 / 12 = 6.667; from a rounded 8.33 it would be 6.66."""
    subscription = story.subscribe(story.price(100_00, "year"), start="2026-01-01")
    subscription.bill()
    story.discount(story.coupon(percent_off=20), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 6.67"]


@MAIN.scenario
def test_a_percentage_with_decimals_is_exact(story):
    """$9.99 less 33.3%: 6.66333."""
    subscription = monthly(story, 9_99)
    story.discount(story.coupon(percent_off=33.3), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 6.66"]


@MAIN.scenario
def test_a_discount_of_which_no_row_was_seen_leaves_nothing_here(story):
    """The invoice was $80 in total, but no row of any discount landed."""
    subscription = story.subscribe(story.price(100_00), start="2026-01-01")
    subscription.bill(amount_paid=80_00, amount_remaining=0)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@MAIN.scenario
def test_a_customers_once_discount_leaves_mrr_alone(story):
    monthly(story)
    story.discount(story.coupon("once", percent_off=50), "2026-01-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@MAIN.scenario
def test_the_currency_of_an_amount_off_is_compared_without_case(story):
    coupon = story.coupon(amount_off=15_00, currency="USD")
    story.discount(coupon, "2026-01-01", subscription=monthly(story))
    result = yield
    assert result.movements() == ["2026-01-01 new 85.00"]


@MAIN.scenario
def test_a_discount_that_starts_at_noon_holds_for_the_day(story):
    coupon, subscription = story.coupon(percent_off=25), monthly(story)
    story.discount(coupon, "2026-03-10 12:00:00", "2026-05-10 12:00:00", subscription=subscription)
    result = yield
    assert result.movements()[1:] == [
        "2026-03-10 contraction -25.00",
        "2026-05-10 expansion 25.00",
    ]


@MAIN.scenario
def test_a_discount_of_less_than_a_day_changes_nothing(story):
    coupon, subscription = story.coupon(percent_off=25), monthly(story)
    story.discount(coupon, "2026-03-10 09:00:00", "2026-03-10 17:00:00", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@MAIN.scenario
def test_an_amount_off_in_another_currency_moves_with_the_rate(story):
    """EUR 100 less EUR 20: 80 at 1.10, then at 1.20."""
    subscription = story.subscribe(story.price(100_00, currency="eur"), start="2026-01-10")
    subscription.bill()
    coupon = story.coupon(amount_off=20_00, currency="eur")
    story.discount(coupon, "2026-01-10", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-10 new 88.00", "2026-02-01 fx 8.00"]
