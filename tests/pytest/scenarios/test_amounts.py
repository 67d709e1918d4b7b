"""Section 2: what one item is worth in a month, in minor units, currencies and rounding."""

from __future__ import annotations

from decimal import Decimal

from scenarios.groups import MAIN


@MAIN.scenario
def test_a_week_counts_52_twelfths(story):
    """$10/week: 10 x 52 / 12 = 43.333."""
    story.subscribe(story.price(10_00, "week"), start="2026-01-05").bill(until="2026-03-01")
    result = yield
    assert result.movements() == ["2026-01-05 new 43.33"]


@MAIN.scenario
def test_a_day_counts_365_twelfths(story):
    """$1/day: 365 / 12 = 30.4167."""
    story.subscribe(story.price(1_00, "day"), start="2026-01-05").bill(until="2026-01-20")
    result = yield
    assert result.movements() == ["2026-01-05 new 30.42"]


@MAIN.scenario
def test_a_price_for_three_months_is_divided_by_three(story):
    """$100 per quarter: 33.333."""
    story.subscribe(story.price(100_00, "month", 3), start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 33.33"]


@MAIN.scenario
def test_a_price_for_two_years_is_divided_by_twenty_four(story):
    """$2,400 for two years: 100."""
    story.subscribe(story.price(2400_00, "year", 2), start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 100.00"]


@MAIN.scenario
def test_a_price_for_two_weeks_is_divided_by_two(story):
    """$10 per two weeks: 43.333 / 2 = 21.667."""
    story.subscribe(story.price(10_00, "week", 2), start="2026-01-05").bill(until="2026-03-01")
    result = yield
    assert result.movements() == ["2026-01-05 new 21.67"]


@MAIN.scenario
def test_the_unit_amount_is_multiplied_by_the_quantity(story):
    """3 seats of $10/yr: 30 / 12 = 2.50, rounded once and not seat by seat (3 x 0.83)."""
    story.subscribe(story.price(10_00, "year"), 3, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 2.50"]


@MAIN.scenario
def test_items_are_rounded_one_by_one_and_then_summed(story):
    """Three items of $10/yr each: 3 x 0.83 = 2.49, though 30 / 12 is 2.50."""
    first, second, third = (story.price(10_00, "year", product=story.product()) for _ in "abc")
    addons = ((second, 1), (third, 1))
    story.subscribe(first, start="2026-01-05", addons=addons).bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 2.49"]
    assert [row["mrr"] for row in result.periods()] == [Decimal("0.83")] * 3


@MAIN.scenario
def test_a_half_cent_is_rounded_away_from_zero(story):
    """$12.345: to the even cent it would be 12.34."""
    price = story.price(1234, unit_amount_decimal="1234.5")
    story.subscribe(price, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 12.35"]


@MAIN.scenario
def test_a_half_cent_of_many_units_is_rounded_away_from_zero(story):
    """10,001 units of half a cent: $50.005."""
    price = story.price(None, unit_amount_decimal="0.5")
    story.subscribe(price, 10_001, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 50.01"]


@MAIN.scenario
def test_the_decimal_unit_amount_comes_before_the_whole_one(story):
    """1,000 units of 0.75 cents, which the whole column shows as 1 cent: 7.50, not 10."""
    price = story.price(1, unit_amount_decimal="0.75")
    story.subscribe(price, 1000, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 7.50"]


@MAIN.scenario
def test_the_whole_unit_amount_stands_in_for_a_missing_decimal_one(story):
    price = story.price(10_00, unit_amount_decimal=None)
    story.subscribe(price, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 10.00"]


@MAIN.scenario
def test_yen_have_no_minor_unit(story):
    """unit_amount 5000 is 5,000 yen, at 0.0070: $35."""
    story.subscribe(story.price(5000, currency="jpy"), start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 35.00"]
    assert result.periods()[0]["mrr_native"] == 5000


@MAIN.scenario
def test_kuwaiti_dinars_have_three_decimals(story):
    """unit_amount 10500 is 10.500 dinars, at 3.25: $34.125, half away from zero."""
    story.subscribe(story.price(10_500, currency="kwd"), start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 34.13"]
    assert result.periods()[0]["mrr_native"] == Decimal("10.5")


@MAIN.scenario
def test_the_exponent_is_that_of_stripe_and_not_of_iso(story):
    """Stripe keeps Ugandan shillings in hundredths: 500000 is 5,000, at 0.0003: $1.50."""
    story.subscribe(story.price(500_000, currency="ugx"), start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 1.50"]


@MAIN.scenario
def test_tax_on_the_invoice_is_no_mrr(story):
    """20% tax beside a line of $10."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-05")
    subscription.bill(tax=2_00, tax_percent=20)
    result = yield
    assert result.movements() == ["2026-01-05 new 10.00"]


@MAIN.scenario
def test_a_metered_price_is_no_mrr(story):
    """A base fee of $10, and 500 calls a month at 10 cents, billed by use."""
    calls = story.price(10, product=story.product(), recurring_usage_type="metered")
    subscription = story.subscribe(story.price(10_00), start="2026-01-05", addons=((calls, None),))
    subscription.items[1].tiers = [(500, 50_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 10.00"]


@MAIN.scenario
def test_a_one_off_charge_is_no_mrr(story):
    """Set-up for $500 on the first invoice: a line without an item."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-05")
    invoice = subscription.bill_period()
    setup = story.price(500_00, None, None)
    invoice.line(subscription, None, setup, "2026-01-05", "2026-01-05", 500_00)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 10.00"]


@MAIN.scenario
def test_rows_of_test_mode_are_left_out(story):
    customer = story.customer(livemode=False)
    product = story.product(livemode=False)
    price = story.price(10_00, product=product, livemode=False)
    story.subscribe(price, start="2026-01-05", customer=customer, livemode=False).bill()
    result = yield
    assert result.movements() == []
    suppressed = result.marts.rows(
        """
        select source_table, sum(rows_suppressed) as suppressed
        from marts.fct_load_results
        where source_table = 'stripe.customer'
        group by source_table
        """
    )
    assert suppressed[0]["suppressed"] >= 1


@MAIN.scenario
def test_an_internal_account_has_no_mrr_and_is_marked(story):
    """Its billing customer is listed in the reference table `internal_accounts`."""
    story.subscribe(story.price(10_00), start="2026-01-05").bill()
    result = yield
    assert result.movements() == []
    assert result.account()["is_internal"] is True


@MAIN.scenario
def test_deleted_customers_prices_and_products_keep_their_history(story):
    subscription = story.subscribe(story.price(10_00), start="2026-01-05")
    subscription.bill(until="2026-05-05")
    subscription.end("2026-05-05")
    story.only_customer.update("2026-06-01", is_deleted=True)
    story.only_product.update("2026-06-01", is_deleted=True)
    subscription.item.price.update("2026-06-01", is_deleted=True, active=False)
    result = yield
    assert result.movements() == ["2026-01-05 new 10.00", "2026-05-05 churn -10.00"]


@MAIN.scenario
def test_a_plan_beside_prices_counts_like_a_price(story):
    """A connection may have both catalogues; this item and its lines name a plan."""
    plan = story.price(1200_00, "year", catalogue="plan")
    story.subscribe(plan, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 100.00"]


@MAIN.scenario
def test_a_price_that_is_also_a_plan_counts_once(story):
    price = story.price(10_00)
    story.price(10_00, catalogue="plan", id=price.id)
    story.subscribe(price, start="2026-01-05").bill()
    result = yield
    assert result.movements() == ["2026-01-05 new 10.00"]
