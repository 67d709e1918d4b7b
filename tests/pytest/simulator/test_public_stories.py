"""The public scenarios of definitions.md, told to the simulator: its truth is the hand's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from simulator.book import Book
from simulator.company import Company


@pytest.fixture
def book() -> Book:
    return Book("2026-01-01", "2026-12-31")


def customer_of(book: Book, **facts):
    return book.customer(book.account(), **facts)


def movements(book: Book, **options) -> list[tuple]:
    """Return (date, type, change) of the one account, as the last day's landing shows it."""
    frame = Company(book).truth_movements(**options)
    assert frame["account_id"].nunique() <= 1
    rows = zip(frame["movement_date"], frame["movement_type"], frame["mrr_change"], strict=True)
    return [(str(day)[5:], kind, float(change)) for day, kind, change in rows]


def test_s1_seats_added_and_removed(book):
    sub = book.subscribe(customer_of(book), "2026-01-15", (book.simple_price(10), 1))
    sub.change("2026-04-10 09:00", sub.items[0], quantity=3)
    sub.change("2026-08-05 16:00", sub.items[0], quantity=2)
    assert movements(book) == [
        ("01-15", "new", 10),
        ("04-10", "expansion", 20),
        ("08-05", "contraction", -10),
    ]


def test_s2_a_customer_who_returns(book):
    customer, price = customer_of(book), book.simple_price(10)
    first = book.subscribe(customer, "2026-01-01", (price, 1))
    first.cancel("2026-03-20", at_period_end=True)
    book.subscribe(customer, "2026-07-01", (price, 1))
    assert movements(book) == [
        ("01-01", "new", 10),
        ("04-01", "churn", -10),
        ("07-01", "reactivation", 10),
    ]


def test_s3_a_trial_is_new_when_it_is_paid(book):
    price = book.simple_price(10)
    book.subscribe(customer_of(book), "2026-09-20", (price, 1), trial_days=14)
    assert movements(book) == [("10-04", "new", 10)]


def test_s4_a_year_is_a_twelfth_a_month(book):
    book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(1200, "year"), 1))
    assert movements(book) == [("01-01", "new", 100)]


def test_s5_cancelled_at_once(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(1200, "year"), 1))
    sub.cancel("2026-05-10 11:00")
    assert movements(book) == [("01-01", "new", 100), ("05-10", "churn", -100)]


def test_s6_cancelled_at_period_end(book):
    from simulator.knowledge import Policy

    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(1200, "year"), 1))
    sub.cancel("2026-05-10 11:00", at_period_end=True)
    assert movements(book) == [("01-01", "new", 100)]
    policy = Policy(churn_recognition="cancel_request")
    assert movements(book, policy=policy) == [("01-01", "new", 100), ("05-10", "churn", -100)]


def test_s7_another_plan(book):
    starter, growth = book.simple_price(10), book.simple_price(20, product="Growth")
    sub = book.subscribe(customer_of(book), "2026-01-01", (starter, 1))
    sub.change("2026-04-12", sub.items[0], price=growth)
    assert movements(book) == [("01-01", "new", 10), ("04-12", "expansion", 10)]


def test_s8_another_interval(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(10), 1))
    sub.change_interval("2026-07-01", {sub.items[0]: book.simple_price(96, "year")})
    assert movements(book) == [("01-01", "new", 10), ("07-01", "contraction", -2)]


def test_s9_an_add_on_removed_and_its_row_deleted(book):
    base, extra = book.simple_price(10), book.simple_price(5, product="Extra")
    sub = book.subscribe(customer_of(book), "2026-01-01", (base, 1), (extra, 1))
    sub.remove_item("2026-06-03 10:00", sub.items[1])
    assert movements(book) == [("01-01", "new", 15), ("06-03", "contraction", -5)]


def test_s10_seats_in_mid_year(book):
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(1200, "year"), 10))
    sub.change("2026-04-15", sub.items[0], quantity=15)
    assert movements(book) == [("01-01", "new", 1000), ("04-15", "expansion", 500)]


def test_s11_unpaid_is_involuntary(book):
    failure = ("unpaid", 19, 31)
    sub = book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(10), 1))
    sub.plan("2026-04-20", lambda found, at: setattr(found, "failure", failure))
    frame = Company(book).truth_movements()
    assert list(frame["movement_date"]) == [date(2026, 1, 1), date(2026, 5, 20)]
    assert list(frame["churn_reason"]) == [None, "involuntary"]
    assert sub.status == "canceled"


def test_s12_incomplete_never_counts(book):
    price = book.simple_price(10)
    sub = book.subscribe(customer_of(book), "2026-02-01", (price, 1), status="incomplete")
    sub.expire("2026-02-01 23:00")
    assert movements(book) == []


def test_s13_a_repeating_coupon_ends(book):
    coupon = book.catalog.coupon("twenty", "repeating", percent_off=20, months=3)
    book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(100), 1), coupon=coupon)
    assert movements(book) == [("01-01", "new", 80), ("04-01", "expansion", 20)]


def test_s14_a_coupon_once_is_no_discount_of_mrr(book):
    coupon = book.catalog.coupon("half", "once", percent_off=50)
    book.subscribe(customer_of(book), "2026-01-01", (book.simple_price(100), 1), coupon=coupon)
    assert movements(book) == [("01-01", "new", 100)]


def test_s15_one_of_two_subscriptions_ends(book):
    customer = customer_of(book)
    book.subscribe(customer, "2026-01-01", (book.simple_price(100), 1))
    second = book.subscribe(customer, "2026-01-01", (book.simple_price(50), 1))
    second.cancel("2026-05-15", at_period_end=True)
    assert movements(book) == [("01-01", "new", 150), ("06-01", "contraction", -50)]


def test_s16_an_exchange_rate_is_a_movement_of_its_own():
    rates = {("eur", date(2026, 1, 1)): Decimal("1.10")}
    rates |= {("eur", date(2026, month, 1)): Decimal("1.20") for month in range(2, 13)}
    book = Book("2026-01-01", "2026-12-31", rates=rates)
    price = book.simple_price(100, currency="eur")
    book.subscribe(customer_of(book, currency="eur"), "2026-01-10", (price, 1))
    assert movements(book) == [("01-10", "new", 110), ("02-01", "fx", 10)]
