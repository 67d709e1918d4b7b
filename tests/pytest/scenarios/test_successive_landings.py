"""Section 2 over time: what connectors delete or rewrite, seen in successive landings.

Each `yield` is one landing of whole tables: 1 May, 10 Jun and 20 Aug 2026. A row that a landing
lacks vanished on the latest sync day of that landing.
"""

from __future__ import annotations

import pytest

from scenarios.sequences import BATCHES, DAYS, PLAYED_BACK, WHOLE, monthly, yearly_with_addon


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
def test_item_rows_of_an_ended_subscription_may_vanish(story):
    """Ended on 20 May; the rows are gone on 10 Jun, the lines ran on to the end of the year."""
    subscription = yearly_with_addon(story)
    yield
    subscription.end("2026-05-20")
    for item in subscription.items:
        subscription.delete_row(item)
    second = yield
    third = yield
    assert second.movements() == ["2026-01-01 new 15.00", "2026-05-20 churn -15.00"]
    assert third.movements() == second.movements()


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
