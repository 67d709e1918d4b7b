"""Section 2 over time: what connectors delete or rewrite, seen in successive landings.

Each `yield` is one landing of whole tables: 1 May, 10 Jun and 20 Aug 2026. A row that a landing
lacks vanished on the latest sync day of that landing.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scenarios.harness import Group, Outcome, refresh
from scenarios.landing import Landing, Tables, write_batch

DAYS = ("2026-05-01", "2026-06-10", "2026-08-20")


def landing(day: str) -> Landing:
    """A connection that names the price of an item `price_id`."""
    return Landing(day, item_price_column="price_id")


WHOLE = Group("whole", DAYS, make=landing, says_as_of=False)


def deliver_batches(group: Group, folder: Path, number: int, states: list[Tables]) -> Outcome:
    """The same three days as batches; the second one comes last."""
    target = folder / "landing"
    before: Tables = {}
    for name, day, now in zip(("b1", "b2", "b3"), DAYS, states, strict=True):
        if (name == "b2") == (number == 2):
            write_batch(target, name, before, now, day)
        before = now
    return refresh(folder / "home", target)


PLAYED_BACK = [
    "fct_mrr_movements",
    "fct_mrr_changes",
    "fct_account_months",
    "fct_subscription_item_periods",
]

BATCHES = Group(
    "batches", DAYS, make=landing, deliver=deliver_batches, refreshes=2, tellers=WHOLE.tellers
)


def monthly(story, unit_amount=10_00, start="2026-01-01", **options):
    """$10/mo from 1 Jan 2026, billed up to today."""
    subscription = story.subscribe(story.price(unit_amount), start=start, **options)
    subscription.bill()
    return subscription


def yearly_with_addon(story):
    """$120/yr and an add-on of $60/yr from 1 Jan, billed for the whole year: 10 and 5 a month."""
    base, addon = (story.price(price, "year", product=story.product()) for price in (120_00, 60_00))
    subscription = story.subscribe(base, start="2026-01-01", addons=((addon, 1),))
    subscription.bill()
    return subscription


def paused_in_march(story):
    """$10/mo, paused from 1 Mar to 1 Apr."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-03-01")
    subscription.version("2026-03-01", status="paused")
    subscription.version("2026-04-01", status="active")
    subscription.bill()
    return subscription


PAUSED_IN_MARCH = [
    "2026-01-01 new 10.00",
    "2026-03-01 churn -10.00",
    "2026-04-01 reactivation 10.00",
]


@WHOLE.scenario
def test_seats_changed_without_proration_count_on_the_day_they_were_seen(story):
    subscription = monthly(story)
    first = yield
    subscription.change("2026-05-20", quantity=3, prorate=False)
    subscription.bill()
    second = yield
    subscription.bill(until="2026-07-04")
    subscription.change("2026-07-04", quantity=2, prorate=False)
    subscription.bill()
    third = yield
    assert first.movements() == ["2026-01-01 new 10.00"]
    assert second.movements() == [*first.movements(), "2026-05-20 expansion 20.00"]
    assert third.movements() == [*second.movements(), "2026-07-04 contraction -10.00"]
    assert third.causes()[1:] == ["2026-05-20 quantity 20.00", "2026-07-04 quantity -10.00"]


@WHOLE.scenario
def test_a_price_changed_without_proration_counts_on_the_day_it_was_seen(story):
    subscription = monthly(story)
    yield
    growth = story.price(20_00, product=story.product())
    subscription.change("2026-05-15", price=growth, prorate=False)
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert second.movements() == ["2026-01-01 new 10.00", "2026-05-15 expansion 10.00"]
    assert third.movements() == second.movements()
    assert third.causes()[1:] == ["2026-05-15 plan 10.00"]


@WHOLE.scenario
def test_an_item_row_that_vanished_is_gone_from_the_day_that_was_seen(story):
    """Its line runs to the end of the year; the row is missing on 10 Jun."""
    subscription = yearly_with_addon(story)
    first = yield
    subscription.delete_row(subscription.items[1])
    second = yield
    third = yield
    assert first.movements() == ["2026-01-01 new 15.00"]
    assert second.movements() == ["2026-01-01 new 15.00", "2026-06-10 contraction -5.00"]
    assert third.movements() == second.movements()
    assert third.causes()[-1] == "2026-06-10 removed_item -5.00"


@WHOLE.scenario
def test_an_item_whose_line_ended_before_its_row_vanished_is_gone_from_the_lines_end(story):
    """Last line to 1 Jun, row missing on 10 Jun."""
    addon = story.price(5_00, product=story.product())
    subscription = monthly(story, addons=((addon, 1),))
    yield
    subscription.remove_item("2026-05-20", subscription.items[1], credit=False)
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert second.movements() == ["2026-01-01 new 15.00", "2026-06-01 contraction -5.00"]
    assert third.movements() == second.movements()


@WHOLE.scenario
def test_an_item_that_returns_counts_from_its_new_sync(story):
    """Row missing on 10 Jun, there again on 20 Aug, synced on 15 Jul."""
    subscription = yearly_with_addon(story)
    row = subscription.items[1].record
    yield
    row.delete()
    yield
    row.restore("2026-07-15")
    third = yield
    assert third.movements() == [
        "2026-01-01 new 15.00",
        "2026-06-10 contraction -5.00",
        "2026-07-15 expansion 5.00",
    ]


@WHOLE.scenario
def test_a_discount_that_vanished_ends_on_the_day_that_was_seen(story):
    """50% forever, removed by hand; the row is missing on 10 Jun."""
    subscription = monthly(story)
    discount = story.discount(story.coupon(percent_off=50), "2026-01-01", subscription=subscription)
    first = yield
    discount.delete()
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert first.movements() == ["2026-01-01 new 5.00"]
    assert second.movements() == ["2026-01-01 new 5.00", "2026-06-10 expansion 5.00"]
    assert third.movements() == second.movements()


@WHOLE.scenario
def test_a_discount_that_vanished_before_its_end_ends_when_that_was_seen(story):
    """For twelve months, to 1 Jan 2027, but missing on 10 Jun. In the older table."""
    subscription = monthly(story)
    coupon = story.coupon("repeating", percent_off=50, duration_in_months=12)
    table = "stripe.subscription_discount"
    period = ("2026-01-01", "2027-01-01")
    discount = story.discount(coupon, *period, subscription=subscription, table=table)
    yield
    discount.delete()
    subscription.bill()
    second = yield
    subscription.bill()
    yield
    assert second.movements() == ["2026-01-01 new 5.00", "2026-06-10 expansion 5.00"]


@WHOLE.scenario
def test_a_discount_that_vanished_after_its_end_ended_with_it(story):
    """To 1 Jun; the row is missing on 10 Jun, as it ought to be."""
    subscription = monthly(story)
    coupon = story.coupon("repeating", percent_off=50, duration_in_months=5)
    period = ("2026-01-01", "2026-06-01")
    discount = story.discount(coupon, *period, subscription=subscription)
    yield
    discount.delete()
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert second.movements() == ["2026-01-01 new 5.00", "2026-06-01 expansion 5.00"]
    assert third.movements() == second.movements()


@WHOLE.scenario
def test_a_history_that_collapses_leaves_what_was_seen(story):
    """The pause in March was seen; from 10 Jun on only the version of 1 May lands."""
    subscription = paused_in_march(story)
    first = yield
    subscription.forget_versions(before="2026-05-01")
    second = yield
    subscription.bill()
    third = yield
    assert first.movements() == PAUSED_IN_MARCH
    assert second.movements() == PAUSED_IN_MARCH
    assert third.movements() == PAUSED_IN_MARCH


@WHOLE.scenario
def test_a_history_that_is_rewritten_to_its_end_leaves_what_was_seen(story):
    """A resync of 5 Jun leaves one `canceled` row; service had ended on 20 May."""
    subscription = paused_in_march(story)
    yield
    subscription.end("2026-05-20", recorded="2026-06-05")
    subscription.forget_versions(before="2026-06-05")
    second = yield
    third = yield
    assert second.movements() == [*PAUSED_IN_MARCH, "2026-05-20 churn -10.00"]
    assert third.movements() == second.movements()


@WHOLE.scenario
def test_an_invoice_line_that_vanished_still_speaks(story):
    """Two proration lines of 10 Feb are deleted after they were seen; the item has no row.

    The connector hard-deletes invoice lines; what was once seen is kept by the warehouse.
    """
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.delete_row(subscription.item)
    subscription.bill(until="2026-02-10")
    subscription.change("2026-02-10", quantity=3)
    subscription.bill()
    first = yield
    lines = story.landing.tables["stripe.invoice_line_item"]
    for row in [row for row in lines if row["subscription_id"] == subscription.id]:
        if row["proration"]:
            story.landing.remove("stripe.invoice_line_item", row)
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert first.movements() == ["2026-01-01 new 10.00", "2026-02-10 expansion 20.00"]
    assert second.movements() == first.movements()
    assert third.movements() == first.movements()


@WHOLE.scenario
def test_an_invoice_that_becomes_void_takes_its_claims_back(story):
    """An invoice of 28 Apr over 5 seats was a mistake; the renewal of 1 May bills 1."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-04-28")
    item = subscription.item
    mistake = story.invoice(subscription, "2026-04-28", status="open", paid=False)
    period = ("2026-04-28", "2026-05-01")
    mistake.line(subscription, item.id, item.price, *period, 5_00, 5, proration=True)
    subscription.bill()
    first = yield
    mistake.update("2026-05-20", status="void")
    subscription.bill()
    second = yield
    subscription.bill()
    yield
    assert first.movements() == [
        "2026-01-01 new 10.00",
        "2026-04-28 expansion 40.00",
        "2026-05-01 contraction -40.00",
    ]
    assert second.movements() == ["2026-01-01 new 10.00"]


@WHOLE.scenario
def test_a_proration_that_waited_for_its_invoice_counts_on_its_own_day(story):
    """3 seats from 20 Apr, invoiced on 15 May; the item has no row, so nothing shows on 1 May."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-15")
    subscription.delete_row(subscription.item)
    subscription.bill(until="2026-04-20")
    subscription.change("2026-04-20", quantity=3)
    first = yield
    subscription.bill()
    second = yield
    subscription.bill()
    yield
    assert first.movements() == ["2026-01-15 new 10.00"]
    assert second.movements() == ["2026-01-15 new 10.00", "2026-04-20 expansion 20.00"]


@WHOLE.scenario
def test_a_corrected_link_restates_all_history(story):
    """On 20 May the customer's metadata are set right: the other account had it all along."""
    wrong, right = story.crm_account(), story.crm_account()
    customer = story.linked_customer(wrong)
    subscription = monthly(story, customer=customer)
    first = yield
    customer.update("2026-05-20", metadata=json.dumps({"salesforce_account_id": right.id}))
    subscription.bill()
    second = yield
    subscription.bill()
    yield
    assert first.movements(wrong.id) == ["2026-01-01 new 10.00"]
    assert second.movements(wrong.id) == []
    assert second.movements(right.id) == ["2026-01-01 new 10.00"]


@WHOLE.scenario
def test_a_scheduled_end_that_is_withdrawn_is_gone(story):
    subscription = story.subscribe(story.price(120_00, "year"), start="2026-02-01")
    subscription.bill()
    subscription.version("2026-04-10", cancel_at_period_end=True, canceled_at="2026-04-10")
    first = yield
    subscription.version("2026-05-20", cancel_at_period_end=False, canceled_at=None)
    second = yield
    yield
    assert first.periods()[-1]["scheduled_end_date"] == date(2027, 2, 1)
    assert second.periods()[-1]["scheduled_end_date"] is None
    assert second.movements() == ["2026-02-01 new 10.00"]


@WHOLE.scenario
def test_an_end_that_is_recorded_late_restates(story):
    """On 25 May it is recorded that service had ended on 15 Apr."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-04-15")
    first = yield
    subscription.end("2026-04-15", recorded="2026-05-25")
    second = yield
    yield
    assert first.movements() == ["2026-01-01 new 10.00"]
    assert second.movements() == ["2026-01-01 new 10.00", "2026-04-15 churn -10.00"]


@WHOLE.scenario
def test_a_row_set_aside_as_an_orphan_is_tried_again(story):
    """The item landed on 1 May, the subscription it belongs to only on 10 Jun."""
    subscription = story.subscribe(story.price(10_00), start="2026-04-20")
    row = subscription.versions[0]
    story.landing.remove("stripe.subscription_history", row)
    first = yield
    story.landing.add("stripe.subscription_history", row)
    subscription.bill()
    second = yield
    subscription.bill()
    yield
    aside = """
        select row_key, reason from marts.fct_quarantined_rows
        where source_table = 'stripe.subscription_item' and contains(row_key, ?)
    """
    item_id = subscription.item.id
    assert first.movements() == []
    assert len(first.marts.rows(aside, item_id)) == 1
    assert second.movements() == ["2026-04-20 new 10.00"]
    assert second.marts.rows(aside, item_id) == []


@WHOLE.scenario
def test_landings_that_say_the_same_again_change_nothing(story):
    monthly(story)
    first = yield
    yield
    third = yield
    assert first.spans() == third.spans() == ["2026-01-01 None 10.00"]


@pytest.mark.slow
@pytest.mark.xdist_group("whole")
def test_without_a_word_the_as_of_day_is_the_latest_sync_day(scenario_root):
    for day, marts in zip(DAYS, WHOLE.marts(scenario_root), strict=True):
        latest = "select max(as_of_date) as day from marts.dim_refreshes"
        assert marts.rows(latest)[0]["day"].isoformat() == day


@pytest.mark.slow
@pytest.mark.xdist_group("batches")
@pytest.mark.parametrize("mart", PLAYED_BACK)
def test_batches_in_another_order_tell_the_same_as_whole_tables(scenario_root, mart):
    query = f"select * from marts.{mart} order by all"
    whole = WHOLE.marts(scenario_root)[-1].rows(query)
    assert BATCHES.marts(scenario_root)[-1].rows(query) == whole
