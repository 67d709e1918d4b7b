"""Section 2: the flat billing table, beside Stripe in one landing."""

from __future__ import annotations

from datetime import date

from scenarios.groups import MAIN


@MAIN.scenario
def test_a_flat_amount_is_the_price_of_the_whole_quantity(story):
    story.flat("2026-01-15", amount="300.00", quantity=3)
    result = yield
    assert result.movements() == ["2026-01-15 new 300.00"]


@MAIN.scenario
def test_a_flat_amount_is_brought_to_a_month_by_its_interval(story):
    """$1,000 for a quarter: 333.33."""
    story.flat("2026-01-15", amount="1000", interval_count=3)
    result = yield
    assert result.movements() == ["2026-01-15 new 333.33"]


@MAIN.scenario
def test_a_flat_amount_by_the_year_counts_a_twelfth(story):
    story.flat("2026-01-15", amount="1200", interval="year")
    result = yield
    assert result.movements() == ["2026-01-15 new 100.00"]


@MAIN.scenario
def test_a_flat_amount_is_in_currency_units(story):
    """5,000 yen at 0.0070."""
    story.flat("2026-01-15", amount="5000", currency="JPY")
    result = yield
    assert result.movements() == ["2026-01-15 new 35.00"]


@MAIN.scenario
def test_flat_rows_of_one_subscription_are_its_periods(story):
    story.flat("2026-01-15", "2026-04-10", amount="10")
    story.flat("2026-04-10", "2026-08-05", amount="30")
    story.flat("2026-08-05", amount="20")
    result = yield
    assert result.movements() == [
        "2026-01-15 new 10.00",
        "2026-04-10 expansion 20.00",
        "2026-08-05 contraction -10.00",
    ]
    assert result.spans() == [
        "2026-01-15 2026-04-10 10.00",
        "2026-04-10 2026-08-05 30.00",
        "2026-08-05 None 20.00",
    ]


@MAIN.scenario
def test_a_gap_between_flat_rows_is_churn_and_reactivation(story):
    story.flat("2026-01-15", "2026-03-01", amount="10")
    story.flat("2026-05-01", amount="10")
    result = yield
    assert result.movements() == [
        "2026-01-15 new 10.00",
        "2026-03-01 churn -10.00",
        "2026-05-01 reactivation 10.00",
    ]


@MAIN.scenario
def test_a_flat_row_that_repeats_the_one_before_is_no_movement(story):
    story.flat("2026-01-15", "2026-03-01", amount="10")
    story.flat("2026-03-01", amount="10")
    result = yield
    assert result.movements() == ["2026-01-15 new 10.00"]


@MAIN.scenario
def test_the_quantity_of_flat_rows_serves_the_causes(story):
    """3 seats for $300, then 5 seats for $450: +200 at the old price of 100, -50 by price."""
    story.flat("2026-01-01", "2026-04-01", amount="300", quantity=3)
    story.flat("2026-04-01", amount="450", quantity=5)
    result = yield
    assert result.movements() == ["2026-01-01 new 300.00", "2026-04-01 expansion 150.00"]
    assert sorted(result.causes()[1:]) == [
        "2026-04-01 price -50.00",
        "2026-04-01 quantity 200.00",
    ]


@MAIN.scenario
def test_another_product_in_the_flat_table_is_a_change_of_plan(story):
    story.flat("2026-01-01", "2026-04-01", amount="10", product="Starter")
    story.flat("2026-04-01", amount="25", product="Growth")
    result = yield
    assert result.causes()[1:] == ["2026-04-01 plan 15.00"]


@MAIN.scenario
def test_another_interval_in_the_flat_table_is_a_change_of_term(story):
    story.flat("2026-01-01", "2026-04-01", amount="10")
    story.flat("2026-04-01", amount="96", interval="year")
    result = yield
    assert result.causes()[1:] == ["2026-04-01 term -2.00"]


@MAIN.scenario
def test_the_flat_subscription_is_the_item_and_the_flat_product_the_product(story):
    story.flat("2026-01-01", amount="10", product="Starter")
    result = yield
    (period,) = result.periods()
    flat_id = f"flat_{story.name}"
    assert (period["subscription_id"], period["subscription_item_id"]) == (flat_id, flat_id)
    assert period["product_id"] == "Starter"


@MAIN.scenario
def test_a_flat_customer_needs_no_row_in_another_table(story):
    """Its account goes by the customer's id, also by name."""
    story.flat("2026-01-01", amount="10")
    result = yield
    account = result.account()
    assert account["account_id"] == account["account_name"] == f"flatcus_{story.name}"


@MAIN.scenario
def test_a_flat_end_in_the_future_is_a_scheduled_end(story):
    story.flat("2026-01-01", "2027-06-30", amount="10")
    result = yield
    (period,) = result.periods()
    assert (period["valid_to"], period["scheduled_end_date"]) == (None, date(2027, 6, 30))
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_a_flat_row_of_the_future_is_not_published(story):
    story.flat("2026-01-01", "2027-02-01", amount="10")
    story.flat("2027-02-01", amount="20", updated_at="2026-11-30 10:00:00")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]
    assert result.mrr() == 10


@MAIN.scenario
def test_a_flat_row_that_ends_on_the_day_it_starts_is_dropped(story):
    story.flat("2026-01-01", "2026-04-01", amount="10")
    story.flat("2026-04-01", "2026-04-01", amount="99", subscription_id=f"flat_{story.name}_b")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-01 churn -10.00"]


@MAIN.scenario
def test_a_flat_row_that_is_old_is_not_stale(story):
    """Last updated in 2025: the subscription still counts today."""
    story.flat("2026-01-01", amount="10", updated_at="2025-12-20 10:00:00")
    result = yield
    assert result.mrr() == 10


@MAIN.scenario
def test_a_flat_subscription_may_change_its_customer(story):
    """From 1 Apr the same subscription belongs to somebody else: a transfer."""
    giver, taker = f"flatcus_{story.name}", f"flatcus_{story.name}_taker"
    story.flat("2026-01-01", "2026-04-01", amount="10")
    story.flat("2026-04-01", amount="10", customer_id=taker)
    result = yield
    assert result.movements(giver) == ["2026-01-01 new 10.00", "2026-04-01 transfer_out -10.00"]
    assert result.movements(taker) == ["2026-04-01 transfer_in 10.00"]
