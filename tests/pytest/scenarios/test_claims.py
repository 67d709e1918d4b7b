"""Section 2: an item's state is put together from claims."""

from __future__ import annotations

from scenarios.groups import MAIN
from scenarios.landing import moment


def monthly(story, quantity=1, **options):
    """$10 per seat and month from 1 Jan 2026."""
    return story.subscribe(story.price(10_00), quantity, start="2026-01-01", **options)


# ----------------------------------------------------------------------------- 1 invoice_line


@MAIN.scenario
def test_a_regular_line_claims_from_its_period_start(story):
    """The row was deleted before the connector saw it; 3 seats are first seen on the 1 Mar line."""
    subscription = monthly(story)
    subscription.delete_row(subscription.item)
    subscription.bill(until="2026-02-10")
    subscription.change("2026-02-10", quantity=3, prorate=False)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-03-01 expansion 20.00"]


@MAIN.scenario
def test_lines_of_a_void_invoice_claim_nothing(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-02")
    item = subscription.item
    void = story.invoice(subscription, "2026-05-01 08:00:00", status="void", paid=False)
    period = ("2026-05-01 08:00:00", "2026-06-01")
    void.line(subscription, item.id, item.price, *period, 990_00, 99, proration=True)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_lines_of_a_deleted_invoice_claim_nothing(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-02")
    item = subscription.item
    draft = {"status": "draft", "paid": False, "is_deleted": True}
    invoice = story.invoice(subscription, "2026-05-01 08:00:00", **draft)
    invoice.line(subscription, item.id, item.price, "2026-05-01", "2026-06-01", 990_00, 99)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_lines_of_an_invoice_that_nobody_paid_claim_all_the_same(story):
    """3 seats from 10 Apr, on an invoice that is still open; the next ones are uncollectible."""
    subscription = monthly(story)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=3)
    subscription.bill(until="2026-05-02", status="open", paid=False)
    subscription.bill(status="uncollectible", paid=False)
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-10 expansion 20.00"]


@MAIN.scenario
def test_a_proration_to_a_free_price_claims_the_free_price(story):
    """ "Remaining time" of 0 is the larger of the two lines: from 10 Apr nothing is paid."""
    subscription = monthly(story)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", price=story.price(0, product=story.product()))
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-10 churn -10.00"]


@MAIN.scenario
def test_unused_time_alone_claims_that_the_item_is_gone(story):
    """The add-on's row was never seen, its last regular line runs to 1 Jul."""
    subscription = monthly(story, addons=((story.price(5_00, product=story.product()), 1),))
    subscription.bill(until="2026-06-03")
    subscription.remove_item("2026-06-03", subscription.items[1])
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 15.00", "2026-06-03 contraction -5.00"]


@MAIN.scenario
def test_unused_time_beside_a_regular_line_of_that_moment_is_no_removal(story):
    """From month to year in the middle of a month: credit and new period on one invoice."""
    subscription = monthly(story)
    subscription.bill(until="2026-07-10")
    subscription.renew_with("2026-07-10 09:00:00", story.price(96_00, "year"))
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-07-10 contraction -2.00"]


@MAIN.scenario
def test_a_proration_line_shows_the_new_total_quantity(story):
    """4 seats, then 6: the "remaining time" line says 6, not 2 more."""
    subscription = monthly(story, 4)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=6, own_invoice=True)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 40.00", "2026-04-10 expansion 20.00"]


# --------------------------------------------------------------------------------- 2 item_row


@MAIN.scenario
def test_an_item_row_claims_from_its_sync(story):
    """Seats changed on 10 Jun without proration; the row was synced on that day."""
    subscription = monthly(story)
    subscription.bill(until="2026-06-10")
    subscription.change("2026-06-10", quantity=5, prorate=False)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-06-10 expansion 40.00"]
    assert result.periods()[-1]["evidence"] == "item_row"


@MAIN.scenario
def test_at_one_moment_the_row_comes_after_the_line(story):
    """The line of 1 Jun says 3 seats, a row synced in the very moment 5; 1 Jul bills 5."""
    subscription = monthly(story, 3)
    subscription.bill(until="2026-06-02")
    item = subscription.item
    item.quantity = 5
    item.record.row.update(quantity=5, _fivetran_synced=moment("2026-06-01"))
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 30.00", "2026-06-01 expansion 20.00"]


@MAIN.scenario
def test_the_state_of_a_day_is_its_latest_claim_though_it_is_a_line(story):
    """Row at ten: 5 seats; proration at three: 7 seats."""
    subscription = monthly(story, 3)
    subscription.bill(until="2026-06-10")
    item = subscription.item
    item.record.row.update(quantity=5, _fivetran_synced=moment("2026-06-10 10:00:00"))
    row, item.record = item.record, None
    subscription.change("2026-06-10 15:00:00", quantity=7)
    item.record = row
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 30.00", "2026-06-10 expansion 40.00"]


@MAIN.scenario
def test_the_state_of_a_day_is_its_latest_claim_though_it_is_a_row(story):
    """Proration at ten: 7 seats; row at three: 5 seats, which the next line bills."""
    subscription = monthly(story, 3)
    subscription.bill(until="2026-06-10")
    subscription.change("2026-06-10 10:00:00", quantity=7)
    subscription.change("2026-06-10 15:00:00", quantity=5, prorate=False)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 30.00", "2026-06-10 expansion 20.00"]


@MAIN.scenario
def test_a_claim_that_repeats_the_state_is_no_change(story):
    """Twelve regular lines and a row make one interval."""
    monthly(story).bill()
    result = yield
    assert result.spans() == ["2026-01-01 None 10.00"]


# ---------------------------------------------------------------------------------- 3 created


@MAIN.scenario
def test_a_row_without_lines_reaches_back_to_created(story):
    """The row was first synced on 1 Jun; no invoice landed."""
    subscription = monthly(story, 5)
    subscription.item.record.row["_fivetran_synced"] = moment("2026-06-01 10:00:00")
    result = yield
    assert result.movements() == ["2026-01-01 new 50.00"]
    assert result.periods()[0]["evidence"] == "created"


@MAIN.scenario
def test_the_earliest_claim_reaches_back_to_created_though_it_is_a_line(story):
    """Created 1 Jan; the first line that landed is of 1 Mar (2 seats), the row of 10 Jun says 5."""
    subscription = monthly(story, 2)
    subscription.period_end = moment("2026-03-01")
    subscription.bill(until="2026-06-10")
    subscription.change("2026-06-10", quantity=5, prorate=False)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 20.00", "2026-06-10 expansion 30.00"]


@MAIN.scenario
def test_an_item_added_without_proration_counts_from_created(story):
    """Added 10 May; its first line is that of 1 Jun."""
    subscription = monthly(story)
    subscription.bill(until="2026-05-10")
    subscription.add_item("2026-05-10", story.price(5_00, product=story.product()), prorate=False)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-10 expansion 5.00"]
    assert result.causes()[-1] == "2026-05-10 new_item 5.00"


@MAIN.scenario
def test_an_item_added_with_proration_counts_from_its_proration(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-10")
    item = subscription.add_item("2026-05-10", story.price(5_00, product=story.product()))
    subscription.delete_row(item)  # never seen as a row
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-10 expansion 5.00"]
    assert result.periods(item.id)[0]["evidence"] == "invoice_line"


# --------------------------------------------------------------------------------- 4 line_end


@MAIN.scenario
def test_an_item_without_a_row_is_gone_at_the_end_of_its_last_line(story):
    """The add-on was dropped on 20 May without a credit; its last line runs to 1 Jun."""
    subscription = monthly(story, addons=((story.price(5_00, product=story.product()), 1),))
    subscription.bill(until="2026-05-20")
    subscription.remove_item("2026-05-20", subscription.items[1], credit=False)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 15.00", "2026-06-01 contraction -5.00"]
    assert result.causes()[-1] == "2026-06-01 removed_item -5.00"


@MAIN.scenario
def test_an_item_with_a_row_goes_on_beyond_its_last_line(story):
    """Nothing was invoiced after May, but the subscription is active and the row is there."""
    monthly(story).bill(until="2026-05-02")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_an_item_without_a_row_counts_while_its_last_line_runs(story):
    """Its last line runs to 1 Jan 2027, after the day the run speaks for."""
    subscription = monthly(story)
    subscription.delete_row(subscription.item)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]
    assert result.mrr() == 10


@MAIN.scenario
def test_two_changes_between_two_invoices_each_count_on_their_day(story):
    """3 seats on 5 Apr, 6 on 20 Apr; both pairs of lines wait for the invoice of 1 May."""
    subscription = monthly(story)
    subscription.bill(until="2026-04-05")
    subscription.change("2026-04-05", quantity=3)
    subscription.change("2026-04-20", quantity=6)
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-04-05 expansion 20.00",
        "2026-04-20 expansion 30.00",
    ]
    assert [row["evidence"] for row in result.periods()[1:]] == ["invoice_line", "invoice_line"]


@MAIN.scenario
def test_of_several_pairs_of_lines_at_one_moment_the_largest_speaks(story):
    """Two changes in one second, 1 to 3 to 5 seats: lines of about -7, +20, -20 and +34."""
    subscription = monthly(story)
    subscription.delete_row(subscription.item)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10 09:00:00", quantity=3)
    subscription.change("2026-04-10 09:00:00", quantity=5)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-10 expansion 40.00"]


@MAIN.scenario
def test_an_invoice_in_advance_claims_from_its_period_and_not_before(story):
    """Made out on 20 Dec for the year from 1 Jan 2027, with 5 seats."""
    subscription = story.subscribe(story.price(120_00, "year"), start="2026-01-01")
    subscription.bill()
    item = subscription.item
    invoice = story.invoice(subscription, "2026-12-20", status="open", paid=False)
    invoice.line(subscription, item.id, item.price, "2027-01-01", "2028-01-01", 600_00, 5)
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_no_seats_are_no_mrr(story):
    """Quantity 0 from 10 Apr: "remaining time" of nothing."""
    subscription = monthly(story, addons=((story.price(5_00, product=story.product()), 2),))
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", subscription.items[1], quantity=0)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 20.00", "2026-04-10 contraction -10.00"]


@MAIN.scenario
def test_a_credit_with_the_cancellation_is_one_churn(story):
    """Ended at once on 10 May, with "unused time" of both items on a last invoice."""
    addon = story.price(60_00, "year", product=story.product())
    base = story.price(120_00, "year", product=story.product())
    subscription = story.subscribe(base, start="2026-01-01", addons=((addon, 1),))
    subscription.bill()
    last = story.invoice(subscription, "2026-05-10")
    for item, credit in zip(subscription.items, (-77_59, -38_79), strict=True):
        period = ("2026-05-10", "2027-01-01")
        last.line(subscription, item.id, item.price, *period, credit, proration=True)
    subscription.end("2026-05-10")
    result = yield
    assert result.movements() == ["2026-01-01 new 15.00", "2026-05-10 churn -15.00"]
    assert result.causes()[2:] == [
        "2026-05-10 removed_item -10.00",
        "2026-05-10 removed_item -5.00",
    ]
