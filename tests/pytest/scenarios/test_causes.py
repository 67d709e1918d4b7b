"""Section 3: every change splits into causes that add up to the movement."""

from __future__ import annotations

from scenarios.groups import MAIN


def seats(story, price, quantity=1):
    """Some seats from 1 Jan 2026, billed to 10 Apr."""
    subscription = story.subscribe(price, quantity, start="2026-01-01")
    subscription.bill(until="2026-04-10")
    return subscription


def causes_of_april(result):
    """The causes of 10 Apr in any order."""
    return sorted(line for line in result.causes() if line.startswith("2026-04-10"))


@MAIN.scenario
def test_a_dearer_price_of_the_same_product_and_interval_is_price(story):
    subscription = seats(story, story.price(10_00))
    subscription.change("2026-04-10", price=story.price(12_00))
    subscription.bill()
    result = yield
    assert causes_of_april(result) == ["2026-04-10 price 2.00"]


@MAIN.scenario
def test_quantity_is_taken_at_the_old_price(story):
    """10 seats at $10 become 15 at $12: 5 x 10 by quantity, 15 x 2 by price."""
    subscription = seats(story, story.price(10_00), 10)
    subscription.change("2026-04-10", price=story.price(12_00), quantity=15)
    subscription.bill()
    result = yield
    assert causes_of_april(result) == ["2026-04-10 price 30.00", "2026-04-10 quantity 50.00"]


@MAIN.scenario
def test_quantity_comes_before_plan(story):
    """2 seats of Starter at $10 become 3 of Growth at $20: 10 by quantity, 3 x 10 by plan."""
    starter, growth = (story.price(price, product=story.product()) for price in (10_00, 20_00))
    subscription = seats(story, starter, 2)
    subscription.change("2026-04-10", price=growth, quantity=3)
    subscription.bill()
    result = yield
    assert causes_of_april(result) == ["2026-04-10 plan 30.00", "2026-04-10 quantity 10.00"]


@MAIN.scenario
def test_another_product_is_plan_though_the_interval_changes_too(story):
    """Starter $10/mo to Growth $240/yr."""
    starter = story.price(10_00, product=story.product())
    subscription = seats(story, starter)
    subscription.renew_with("2026-04-10", story.price(240_00, "year", product=story.product()))
    result = yield
    assert causes_of_april(result) == ["2026-04-10 plan 10.00"]


@MAIN.scenario
def test_quantity_comes_before_term(story):
    """1 seat at $10/mo becomes 2 at $96/yr: 10 by quantity, 2 x -2 by term."""
    subscription = seats(story, story.price(10_00))
    subscription.renew_with("2026-04-10", story.price(96_00, "year"), quantity=2)
    result = yield
    assert causes_of_april(result) == ["2026-04-10 quantity 10.00", "2026-04-10 term -4.00"]


@MAIN.scenario
def test_a_discount_that_starts_with_another_price_is_a_cause_of_its_own(story):
    """$10 become $20 on the day on which 50% off begin: 10 by price, -10 by discount."""
    subscription = seats(story, story.price(10_00))
    subscription.change("2026-04-10", price=story.price(20_00))
    subscription.bill()
    story.discount(story.coupon(percent_off=50), "2026-04-10", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]
    assert causes_of_april(result) == ["2026-04-10 discount -10.00", "2026-04-10 price 10.00"]


@MAIN.scenario
def test_seats_under_a_standing_percentage_are_quantity_alone(story):
    """10 seats at $10 less 20% become 15 seats: +40 net, and the coupon did not change."""
    subscription = seats(story, story.price(10_00), 10)
    subscription.change("2026-04-10", quantity=15)
    subscription.bill()
    story.discount(story.coupon(percent_off=20), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 80.00", "2026-04-10 expansion 40.00"]
    assert causes_of_april(result) == ["2026-04-10 quantity 40.00"]


@MAIN.scenario
def test_a_new_item_and_a_removed_one_carry_their_whole_net_mrr(story):
    """Under 50% off an add-on of $30 comes (+15) on the day on which one of $10 goes (-5)."""
    old, new = (story.price(price, product=story.product()) for price in (10_00, 30_00))
    base = story.price(100_00, product=story.product())
    subscription = story.subscribe(base, start="2026-01-01", addons=((old, 1),))
    subscription.bill(until="2026-04-10")
    subscription.remove_item("2026-04-10", subscription.items[1])
    subscription.add_item("2026-04-10", new)
    subscription.bill()
    story.discount(story.coupon(percent_off=50), "2026-01-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 55.00", "2026-04-10 expansion 10.00"]
    assert causes_of_april(result) == [
        "2026-04-10 new_item 15.00",
        "2026-04-10 removed_item -5.00",
    ]


@MAIN.scenario
def test_an_expansion_in_one_item_and_a_contraction_in_another_are_one_movement(story):
    """Base 1 to 3 seats (+20), add-on 4 to 1 (-15): expansion 5."""
    addon = story.price(5_00, product=story.product())
    subscription = story.subscribe(story.price(10_00), start="2026-01-01", addons=((addon, 4),))
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=3)
    subscription.change("2026-04-10", subscription.items[1], quantity=1)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 30.00", "2026-04-10 expansion 5.00"]
    assert causes_of_april(result) == [
        "2026-04-10 quantity -15.00",
        "2026-04-10 quantity 20.00",
    ]


@MAIN.scenario
def test_causes_in_another_currency_are_in_reporting_units(story):
    """1 seat of EUR 100 becomes 2 at EUR 90 on 10 Apr (1.20): +120 by quantity, -24 by price."""
    dear, cheap = story.price(100_00, currency="eur"), story.price(90_00, currency="eur")
    subscription = seats(story, dear)
    subscription.change("2026-04-10", price=cheap, quantity=2)
    subscription.bill()
    result = yield
    assert causes_of_april(result) == ["2026-04-10 price -24.00", "2026-04-10 quantity 120.00"]


@MAIN.scenario
def test_fx_comes_before_the_change_of_price(story):
    """EUR 100 become EUR 150 on 1 Feb: 10 by the rate, 50 x 1.20 by price."""
    old, new = story.price(100_00, currency="eur"), story.price(150_00, currency="eur")
    subscription = story.subscribe(old, start="2026-01-10")
    subscription.bill(until="2026-02-01")
    subscription.change("2026-02-01", price=new)
    subscription.bill()
    result = yield
    assert sorted(result.causes()[1:]) == ["2026-02-01 fx 10.00", "2026-02-01 price 60.00"]


@MAIN.scenario
def test_causes_of_crooked_amounts_add_up_to_the_cent(story):
    """7 seats of $99.99/yr less 15% (49.578) become 11 of $123.45/yr less 20% (90.53)."""
    subscription = story.subscribe(story.price(99_99, "year"), 7, start="2026-01-01")
    subscription.bill()
    price = story.price(123_45, "year")
    subscription.change("2026-04-10", price=price, quantity=11, own_invoice=True)
    coupon = story.coupon(percent_off=15)
    story.discount(coupon, "2026-01-01", "2026-04-10", subscription=subscription)
    story.discount(story.coupon(percent_off=20), "2026-04-10", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 49.58", "2026-04-10 expansion 40.95"]
    cents = [round(float(line.split()[-1]) * 100) for line in causes_of_april(result)]
    assert sum(cents) == 4095
    kinds = {line.split()[1] for line in causes_of_april(result)}
    assert kinds == {"quantity", "price", "discount"}
