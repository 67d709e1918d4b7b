"""What is learnt later: lines, links, ends and parents that arrive after the landing they explain.

Each `yield` is one landing of whole tables: 1 May, 10 Jun and 20 Aug 2026.
"""

from __future__ import annotations

import json
from datetime import date

from scenarios.landing import stamp
from scenarios.sequences import WHOLE, monthly


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
def test_a_credit_that_comes_later_dates_what_was_seen_to_vanish(story):
    """The add-on went on 3 Jun; its row is missing on 10 Jun, the credit stands on 1 Jul's bill."""
    addon = story.price(5_00, product=story.product())
    subscription = monthly(story, addons=((addon, 1),))
    yield
    subscription.bill(until="2026-06-03")
    subscription.remove_item("2026-06-03", subscription.items[1])
    second = yield
    subscription.bill()
    third = yield
    assert second.movements() == ["2026-01-01 new 15.00", "2026-06-10 contraction -5.00"]
    assert third.movements() == ["2026-01-01 new 15.00", "2026-06-03 contraction -5.00"]


@WHOLE.scenario
def test_a_proration_that_comes_later_dates_what_a_row_showed(story):
    """3 seats on 2 Jun; the row was synced on 5 Jun, the lines stand on 1 Jul's bill."""
    subscription = monthly(story)
    yield
    subscription.bill(until="2026-06-02")
    subscription.change("2026-06-02", quantity=3)
    subscription.item.record.update("2026-06-05")
    second = yield
    subscription.bill()
    third = yield
    assert second.movements() == ["2026-01-01 new 10.00", "2026-06-05 expansion 20.00"]
    assert third.movements() == ["2026-01-01 new 10.00", "2026-06-02 expansion 20.00"]


@WHOLE.scenario
def test_a_resync_that_stamps_every_row_anew_changes_nothing(story):
    """3 seats since 10 Feb, a coupon since 1 Jan; all rows are synced again on 5 Jun."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-02-10")
    subscription.change("2026-02-10", quantity=3)
    subscription.bill()
    story.discount(story.coupon(percent_off=50), "2026-01-01", subscription=subscription)
    first = yield
    for rows in story.landing.tables.values():
        for row in rows:
            if story.name in json.dumps(row, default=str):
                row["_fivetran_synced"] = stamp("2026-06-05")
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert first.movements() == ["2026-01-01 new 5.00", "2026-02-10 expansion 10.00"]
    assert second.movements() == first.movements()
    assert third.movements() == first.movements()
