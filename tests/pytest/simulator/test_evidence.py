"""Small companies, worked out by hand: what is agreed, and the day the tables show it."""

from __future__ import annotations

import pytest

from simulator.book import Book
from simulator.company import Company
from simulator.knowledge import Policy


@pytest.fixture
def book() -> Book:
    return Book("2026-01-01", "2026-12-31")


def customer_of(book: Book, **facts):
    return book.customer(book.account(**facts))


def changes(book: Book, landings=None, mode="whole", **options) -> list[tuple[str, float]]:
    frame = Company(book).truth(landings, mode, **options)
    return [
        (str(day)[5:], float(mrr))
        for day, mrr in zip(frame["change_date"], frame["mrr"], strict=True)
    ]


def test_a_change_without_proration_shows_on_the_next_regular_line(book):
    sub = book.subscribe(customer_of(book), "2026-01-15", (book.simple_price(10), 1))
    sub.change("2026-04-20 10:00", sub.items[0], quantity=4, proration="none")
    assert changes(book, basis="agreed") == [("01-15", 10), ("04-20", 40)]
    assert changes(book) == [("01-15", 10), ("05-15", 40)]


def test_a_landing_before_the_next_line_shows_it_on_the_day_the_row_was_synced(book):
    sub = book.subscribe(customer_of(book), "2026-01-15", (book.simple_price(10), 1))
    sub.change("2026-04-20 19:00", sub.items[0], quantity=4, proration="none")
    # The run at 18:20 missed it, the next one starts after midnight.
    assert changes(book, ["2026-04-30", "2026-12-31"]) == [("01-15", 10), ("04-21", 40)]


def test_an_item_added_without_proration_reaches_back_to_its_creation(book):
    base, extra = book.simple_price(100, "year"), book.simple_price(240, "year", product="X")
    sub = book.subscribe(customer_of(book), "2026-01-01", (base, 12))
    sub.add_item("2026-03-10", extra, 1, proration="none")
    assert changes(book) == [("01-01", 100), ("03-10", 120)]
    items = Company(book).truth_items()
    assert list(items["evidence"]) == ["invoice_line", "created"]


def test_an_item_deleted_without_proration_lasts_to_the_end_of_its_paid_period(book):
    sub = book.subscribe(
        customer_of(book),
        "2026-01-15",
        (book.simple_price(10), 1),
        (book.simple_price(5, product="X"), 1),
    )
    sub.remove_item("2026-06-03", sub.items[1], proration="none")
    assert changes(book, basis="agreed") == [("01-15", 15), ("06-03", 10)]
    assert changes(book) == [("01-15", 15), ("06-15", 10)]
    # Seen by the landing of 31 May; the whole load of 7 June lacks it, its newest row is
    # of 3 June (the removal touched the other item). Batches carry the deletion itself.
    days = ["2026-05-31", "2026-06-07", "2026-12-31"]
    assert changes(book, days) == [("01-15", 15), ("06-03", 10)]
    assert changes(book, days, "batches") == [("01-15", 15), ("06-03", 10)]
    # Seen too late to shorten the paid period.
    assert changes(book, ["2026-05-31", "2026-08-31"]) == [("01-15", 15), ("06-15", 10)]


def test_a_batch_dates_a_deletion_by_its_own_row_and_a_whole_load_by_its_newest_row(book):
    year, extra = book.simple_price(120, "year"), book.simple_price(60, "year", product="X")
    sub = book.subscribe(customer_of(book), "2026-01-01", (year, 1), (extra, 1))
    monthly = book.subscribe(customer_of(book), "2026-01-05", (book.simple_price(7), 1))
    sub.remove_item("2026-06-03", sub.items[1], proration="none")
    assert monthly.status == "active"
    days = ["2026-03-31", "2026-06-20"]
    assert ("06-03", 10) in changes(book, days, "batches")
    assert ("06-05", 10) in changes(book, days)


def test_prorations_that_wait_are_known_with_the_next_invoice(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(1200, "year"), 1))
    sub.change("2026-11-10", sub.items[0], quantity=2, proration="next")
    # Until the invoice of next January only the row shows it, on the day it was synced.
    assert changes(book) == [("01-01", 100), ("11-10", 200)]
    sub.book.end_day += 31
    later = Company(book)
    assert len(later.truth()) == 2
    assert list(later.truth_items()["evidence"]) == ["invoice_line", "invoice_line"]


def test_a_collapsed_history_hides_what_lay_between(book):
    customer = customer_of(book, is_collapsed=True)
    sub = book.subscribe(customer, "2026-01-01", (book.simple_price(10), 1))
    sub.plan("2026-04-20", lambda found, at: setattr(found, "failure", ("unpaid", 19, 31)))
    assert changes(book, basis="agreed") == [("01-01", 10), ("05-20", 0)]
    assert changes(book) == [("01-01", 10), ("06-01", 0)]
    assert changes(book, ["2026-05-25", "2026-12-31"]) == [("01-01", 10), ("05-20", 0)]


def test_a_late_connector_gives_the_time_before_to_active(book):
    customer = customer_of(book)
    sub = book.subscribe(customer, "2026-01-01", (book.simple_price(10), 2), trial_days=14)
    sub.plan("2026-02-20", lambda found, at: setattr(found, "failure", ("unpaid", 19, None)))
    book.start_connector(customer.account, "2026-05-02 12:00")
    assert changes(book, ["2026-04-30"]) == []
    assert changes(book) == [("01-15", 20), ("05-02", 0)]


def test_a_subscription_that_ended_before_the_connector_started(book):
    customer = customer_of(book)
    sub = book.subscribe(customer, "2026-01-01", (book.simple_price(10), 2))
    sub.cancel("2026-03-07")
    book.start_connector(customer.account, "2026-05-02 12:00")
    assert changes(book) == [("01-01", 20), ("03-07", 0)]


def test_a_backdated_end_counts_from_its_own_day(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(10), 1))
    sub.cancel("2026-03-20", ended="2026-03-12")
    assert changes(book, ["2026-03-15"]) == [("01-01", 10)]
    assert changes(book) == [("01-01", 10), ("03-12", 0)]


def test_a_withdrawn_cancellation_never_was(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(10), 1))
    sub.cancel("2026-03-20", at_period_end=True)
    sub.withdraw("2026-03-25")
    policy = Policy(churn_recognition="cancel_request")
    assert changes(book) == changes(book, policy=policy) == [("01-01", 10)]


def test_past_due_counts_for_the_days_of_grace(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(10), 1))
    sub.plan("2026-04-20", lambda found, at: setattr(found, "failure", ("recovers", 20, None)))
    assert changes(book) == [("01-01", 10)]
    policy = Policy(past_due_grace_days=7)
    assert changes(book, policy=policy) == [("01-01", 10), ("05-08", 0), ("05-21", 10)]


def test_a_removed_discount_counts_while_a_landing_saw_it(book):
    coupon = book.catalog.coupon("ten", "forever", percent_off=10)
    sub = book.subscribe(customer_of(book), "2026-01-10", (book.simple_price(100), 1))
    given = sub.discount("2026-02-01", coupon)
    sub.remove_discount("2026-05-05", given)
    assert changes(book, basis="agreed") == [("01-10", 100), ("02-01", 90), ("05-05", 100)]
    assert changes(book) == [("01-10", 100)]
    days = ["2026-04-30", "2026-12-31"]
    # A table that lands empty dates nothing: the landing's latest day does.
    assert changes(book, days) == [("01-10", 100), ("02-01", 90), ("12-31", 100)]
    assert changes(book, days, "batches") == [("01-10", 100), ("02-01", 90), ("05-05", 100)]


def test_an_amount_off_is_spread_by_gross_and_cut_at_zero(book):
    coupon = book.catalog.coupon("flat", "forever", amount_off=3000, currency="usd")
    other = book.catalog.coupon("yen", "forever", amount_off=500, currency="jpy")
    items = (book.simple_price(10), 1), (book.simple_price(20, product="X"), 1)
    sub = book.subscribe(customer_of(book), "2026-01-01", *items, coupon=other)
    sub.discount("2026-02-01", coupon)
    sub.remove_item("2026-03-10", sub.items[0])
    sub.change("2026-04-10", sub.items[1], quantity=4)
    assert changes(book) == [("01-01", 30), ("02-01", 0), ("04-10", 50)]


def test_a_customers_coupon_holds_where_the_subscription_has_none(book):
    customer = customer_of(book)
    mild = book.catalog.coupon("ten", "forever", percent_off=10)
    strong = book.catalog.coupon("half", "repeating", percent_off=50, months=2)
    book.discount_customer(customer, "2026-01-01", mild)
    sub = book.subscribe(customer, "2026-01-01", (book.simple_price(100), 1))
    sub.discount("2026-03-01", strong)
    assert changes(book) == [("01-01", 90), ("03-01", 50), ("05-01", 90)]


def test_a_transfer_nets_to_zero_and_is_not_churn(book):
    giver, taker = customer_of(book), customer_of(book)
    sub = book.subscribe(giver, "2026-01-01", (book.simple_price(10), 3))
    sub.transfer("2026-04-10", taker)
    sub.change("2026-04-10 12:00", sub.items[0], quantity=5)
    frame = Company(book).truth_movements()
    rows = {
        (account, kind): float(change)
        for account, kind, change in zip(
            frame["account_id"], frame["movement_type"], frame["mrr_change"], strict=True
        )
    }
    assert rows == {
        (giver.account.key, "new"): 30,
        (giver.account.key, "transfer_out"): -30,
        (taker.account.key, "transfer_in"): 30,
        (taker.account.key, "expansion"): 20,
    }


def test_a_merge_is_an_alias_for_all_history(book):
    loser, survivor = book.account(), book.account()
    for account, day in ((loser, "2026-02-01"), (survivor, "2026-03-01")):
        book.subscribe(book.customer(account), day, (book.simple_price(10), 1))
    book.merge(loser, survivor, "2026-06-01")
    before, after = Company(book).truth(["2026-05-01"]), Company(book).truth()
    assert set(before["account_id"]) == {loser.key, survivor.key}
    assert set(after["account_id"]) == {survivor.key}
    assert [float(mrr) for mrr in after["mrr"]] == [10, 20]


def test_tiers_metered_free_test_and_internal(book):
    team = book.catalog.product("Team")
    tiered = book.catalog.price(team, None, tiers=((10, 2000), (None, 1500)))
    usage = book.simple_price("0.02", product="Usage", usage="metered")
    book.subscribe(customer_of(book), "2026-01-01", (tiered, 14), (usage, 0))
    free, paid = book.simple_price(0, product="Free"), book.simple_price(9, product="Paid")
    sub = book.subscribe(customer_of(book), "2026-02-01", (free, 1))
    sub.change("2026-03-05", sub.items[0], price=paid, quantity=2)
    for facts in ({"is_internal": True}, {"is_test": True}):
        book.subscribe(customer_of(book, **facts), "2026-01-01", (paid, 1))
    assert sorted(changes(book)) == [("01-01", 260), ("03-05", 18)]


def test_a_tiered_proration_is_scaled_until_its_regular_line_is_known(book):
    team = book.catalog.product("Team")
    tiered = book.catalog.price(team, None, tiers=((10, 1999), (None, 1500)))
    sub = book.subscribe(customer_of(book), "2026-01-01", (tiered, 10))
    sub.change("2026-03-12", sub.items[0], quantity=11)
    # 21,490 cents x 20/31 = 13,864.5 -> 13,865; back: 13,865 x 31/20 = 214.9075
    assert changes(book, ["2026-03-20"]) == [("01-01", 199.9), ("03-12", 214.91)]
    assert changes(book, ["2026-04-02"]) == [("01-01", 199.9), ("03-12", 214.9)]


def test_yen_have_no_minor_unit_and_weeks_are_52_twelfths(book):
    yen = book.simple_price(12000, currency="jpy")
    account = book.account()
    book.subscribe(book.customer(account, currency="jpy"), "2026-01-01", (yen, 1))
    rate = float(book.rates.on("jpy", book.start_day))
    assert changes(book, ["2026-01-15"]) == [("01-01", round(12000 * rate + 1e-9, 2))]
    weekly = book.simple_price("2.31", "week")
    book.subscribe(customer_of(book), "2026-01-01", (weekly, 1))
    # 2.31 x 52 / 12 = 10.01
    assert ("01-01", 10.01) in changes(book, ["2026-01-15"])
