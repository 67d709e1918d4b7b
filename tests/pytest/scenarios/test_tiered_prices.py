"""Section 2: tiered prices take the amounts that were invoiced."""

from __future__ import annotations

from scenarios.groups import MAIN


def fifteen_seats(story, start="2026-01-01"):
    """Ten seats at $10 and five at $8: two lines, $140 a month."""
    price = story.price(None, billing_scheme="tiered")
    subscription = story.subscribe(price, 15, start=start)
    subscription.item.tiers = [(10, 100_00), (5, 40_00)]
    return subscription


@MAIN.scenario
def test_the_lines_of_a_graduated_price_are_summed(story):
    fifteen_seats(story).bill(tax=28_00)
    result = yield
    assert result.movements() == ["2026-01-01 new 140.00"]


@MAIN.scenario
def test_a_tiered_price_by_the_year_counts_a_twelfth(story):
    price = story.price(None, "year", billing_scheme="tiered")
    subscription = story.subscribe(price, 15, start="2026-01-01")
    subscription.item.tiers = [(10, 1200_00), (5, 480_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 140.00"]


@MAIN.scenario
def test_a_proration_of_a_tiered_price_takes_the_next_regular_amount(story):
    """25 seats from 10 Apr; the invoice of 1 May shows $210 for them."""
    subscription = fifteen_seats(story)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=25, amounts=(-98_00, 147_13))
    subscription.item.tiers = [(10, 100_00), (15, 110_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 140.00", "2026-04-10 expansion 70.00"]


@MAIN.scenario
def test_a_proration_without_a_later_regular_line_is_scaled_up_to_its_period(story):
    """16 Dec to 1 Jan are 16 of 31 days: 108.50 x 31 / 16 = 210.21875."""
    subscription = fifteen_seats(story)
    subscription.bill(until="2026-12-16")
    amounts = (-72_26, 108_50)
    subscription.change("2026-12-16", quantity=25, amounts=amounts, own_invoice=True)
    result = yield
    assert result.movements() == ["2026-01-01 new 140.00", "2026-12-16 expansion 70.22"]


@MAIN.scenario
def test_a_proration_within_a_year_is_scaled_up_to_the_year(story):
    """20 Oct to 1 Jan are 73 of 365 days: 3,000 x 5 = 15,000 a year, 1,250 a month."""
    price = story.price(None, "year", billing_scheme="tiered")
    subscription = story.subscribe(price, 15, start="2026-01-01")
    subscription.item.tiers = [(15, 12_000_00)]
    subscription.bill()
    amounts = (-2400_00, 3000_00)
    subscription.change("2026-10-20", quantity=20, amounts=amounts, own_invoice=True)
    result = yield
    assert result.movements() == ["2026-01-01 new 1000.00", "2026-10-20 expansion 250.00"]


@MAIN.scenario
def test_a_quantity_that_no_regular_line_ever_shows_keeps_its_own_scaled_amount(story):
    """25 seats on 10 Apr (147 x 30 / 21 = 210), 30 seats on 20 Apr; 1 May bills 30 at $245.

    The next regular line is at another quantity, so the first proration speaks for itself.
    """
    subscription = fifteen_seats(story)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=25, amounts=(-98_00, 147_00))
    subscription.change("2026-04-20", quantity=30, amounts=(-77_00, 89_83))
    subscription.item.tiers = [(10, 100_00), (20, 145_00)]
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 140.00",
        "2026-04-10 expansion 70.00",
        "2026-04-20 expansion 35.00",
    ]


@MAIN.scenario
def test_a_new_invoiced_amount_at_the_same_quantity_is_a_change_of_price(story):
    """The tiers were made dearer: from 1 Jun the same 15 seats are invoiced at $150."""
    subscription = fifteen_seats(story)
    subscription.bill(until="2026-06-01")
    subscription.item.tiers = [(10, 105_00), (5, 45_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 140.00", "2026-06-01 expansion 10.00"]
    assert result.causes()[-1] == "2026-06-01 price 10.00"


@MAIN.scenario
def test_lines_of_a_void_invoice_are_not_summed(story):
    """The first invoice was made twice; its void twin does not double the amount."""
    subscription = fifteen_seats(story)
    item = subscription.item
    subscription.bill_period()
    void = story.invoice(subscription, "2026-01-01 00:02:00", status="void", paid=False)
    for quantity, amount in item.tiers:
        void.line(subscription, item.id, item.price, "2026-01-01", "2026-02-01", amount, quantity)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 140.00"]


@MAIN.scenario
def test_a_discount_reduces_a_tiered_amount(story):
    subscription = fifteen_seats(story)
    subscription.bill()
    story.discount(story.coupon(percent_off=50), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 70.00"]


@MAIN.scenario
def test_the_trial_line_of_a_tiered_price_is_followed_by_the_paid_one(story):
    price = story.price(None, billing_scheme="tiered")
    trial = {"status": "trialing", "trial_start": "2026-01-01", "trial_end": "2026-01-15"}
    subscription = story.subscribe(price, 15, start="2026-01-01", **trial)
    subscription.bill_trial("2026-01-15")
    subscription.version("2026-01-15", status="active")
    subscription.item.tiers = [(10, 100_00), (5, 40_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-15 new 140.00"]


@MAIN.scenario
def test_a_tiered_item_changed_without_proration_is_right_from_the_next_line(story):
    """25 seats by the row of 10 Jun; the line of 1 Jul shows $210.

    What the days between are worth is open (the row has no amount); from 1 Jul on it is not.
    """
    subscription = fifteen_seats(story)
    subscription.bill(until="2026-06-10")
    subscription.change("2026-06-10", quantity=25, prorate=False)
    subscription.item.tiers = [(10, 100_00), (15, 110_00)]
    subscription.bill()
    result = yield
    assert result.movements()[0] == "2026-01-01 new 140.00"
    assert sum(float(line.split()[-1]) for line in result.movements()) == 210
    assert result.mrr() == 210
