"""What may be landed: the seven Stripe tables alone, a connector's file, the flat table alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.columns import STRIPE_SEVEN
from scenarios.harness import Group, Outcome, refresh
from scenarios.landing import Landing, Tables, write_duckdb

WITH_PLANS = [table.replace("price", "plan") for table in STRIPE_SEVEN]


def seven_tables(day: str) -> Landing:
    """Nothing but what is required; lines and items name their price in `plan_id`."""
    return Landing(day, only=STRIPE_SEVEN, lines_name_plans=True)


def seven_tables_with_plans(day: str) -> Landing:
    """The required tables of a connection that knows plans only, and discounts without coupons."""
    return Landing(day, only=[*WITH_PLANS, "stripe.discount"], catalogue="plan")


def deliver_raw(group: Group, folder: Path, number: int, states: list[Tables]) -> Outcome:
    """The connector fills schemas of a DuckDB file; nothing is landed."""
    raw = folder / "connector.duckdb"
    write_duckdb(raw, states[number - 1])
    return refresh(folder / "home", raw=raw)


SEVEN = Group("seven", ("2026-08-20",), make=seven_tables, says_as_of=False)
RAW = Group("raw", ("2026-05-01", "2026-06-10"), make=seven_tables_with_plans, deliver=deliver_raw)
FLAT = Group(
    "flat",
    ("2026-08-20",),
    make=lambda day: Landing(day, only=["billing.subscription_periods"]),
    says_as_of=False,
    beats=False,
)


def seats_of_s1(story):
    """$10 per seat from 15 Jan, 3 seats from 10 Apr."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-15")
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=3)
    subscription.bill()
    return subscription


SEATS_OF_S1 = ["2026-01-15 new 10.00", "2026-04-10 expansion 20.00"]


@SEVEN.scenario
def test_the_seven_stripe_tables_are_enough(story):
    seats_of_s1(story)
    result = yield
    assert result.movements() == SEATS_OF_S1


@SEVEN.scenario
def test_without_a_crm_all_accounts_are_billing_customers(story):
    """What the metadata name is unknown here."""
    customer = story.customer(metadata={"salesforce_account_id": "001000000000001AAA"})
    story.subscribe(story.price(1200_00, "year"), start="2026-02-01", customer=customer).bill()
    result = yield
    assert result.movements(customer.id) == ["2026-02-01 new 100.00"]


@RAW.scenario
def test_a_connectors_file_is_read_where_it_is(story):
    """Its catalogue is `stripe.plan`; lines and items name `plan_id`."""
    seats_of_s1(story)
    first = yield
    yield
    assert first.movements() == SEATS_OF_S1


@RAW.scenario
def test_a_plan_by_the_year_counts_a_twelfth(story):
    story.subscribe(story.price(1200_00, "year"), start="2026-02-01").bill()
    first = yield
    yield
    assert first.movements() == ["2026-02-01 new 100.00"]


@RAW.scenario
def test_a_plan_by_use_is_no_mrr(story):
    calls = story.price(10, product=story.product(), usage_type="metered")
    subscription = story.subscribe(story.price(10_00), start="2026-02-01", addons=((calls, None),))
    subscription.items[1].tiers = [(500, 50_00)]
    subscription.bill()
    first = yield
    yield
    assert first.movements() == ["2026-02-01 new 10.00"]


@RAW.scenario
def test_a_row_that_vanished_from_the_connectors_file_is_gone_from_that_day(story):
    base, addon = (story.price(price, "year", product=story.product()) for price in (120_00, 60_00))
    subscription = story.subscribe(base, start="2026-01-01", addons=((addon, 1),))
    subscription.bill()
    first = yield
    subscription.delete_row(subscription.items[1])
    second = yield
    assert first.movements() == ["2026-01-01 new 15.00"]
    assert second.movements() == ["2026-01-01 new 15.00", "2026-06-10 contraction -5.00"]


@FLAT.scenario
def test_the_flat_table_alone_is_enough(story):
    story.flat("2026-01-15", "2026-04-10", amount="10")
    story.flat("2026-04-10", amount="30", quantity=3)
    result = yield
    assert result.movements() == SEATS_OF_S1


@FLAT.scenario
def test_the_flat_table_alone_knows_churn_and_return(story):
    """Updated on 20 Aug, which makes it the as-of day."""
    story.flat("2026-01-15", "2026-03-01", amount="10", updated_at="2026-08-20 07:00:00")
    story.flat("2026-05-01", amount="1200", interval="year")
    result = yield
    assert result.movements() == [
        "2026-01-15 new 10.00",
        "2026-03-01 churn -10.00",
        "2026-05-01 reactivation 100.00",
    ]
    latest = "select max(as_of_date) as day from marts.dim_refreshes"
    assert result.marts.rows(latest)[0]["day"].isoformat() == "2026-08-20"


@pytest.mark.slow
@pytest.mark.xdist_group("raw")
def test_a_connectors_file_is_only_observed(scenario_root):
    RAW.marts(scenario_root)
    assert not (scenario_root / "raw" / "home" / "raw.duckdb").exists()


@RAW.scenario
def test_a_discount_without_the_table_of_coupons_leaves_mrr_alone(story):
    """What it takes off is unknown; nothing fails."""
    subscription = story.subscribe(story.price(10_00), start="2026-02-01")
    subscription.bill()
    coupon = story.coupon(percent_off=50)  # not in this landing
    story.discount(coupon, "2026-02-01", subscription=subscription)
    first = yield
    yield
    assert first.movements() == ["2026-02-01 new 10.00"]
