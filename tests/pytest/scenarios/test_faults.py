"""Bad rows in a landing: each is set aside with a reason, the rest is published, nothing is lost.

One landing, one refresh; every fault has rows of its own, beside good ones of the same story.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from scenarios.groups import TODAY
from scenarios.harness import Group, Outcome, refresh
from scenarios.landing import Record, Tables, columns_of, moment, stamp, write_csv, write_whole


def deliver_faults(group: Group, folder: Path, number: int, states: list[Tables]) -> Outcome:
    """Land everything, with products in another order of columns and two rows spoilt by hand."""
    landing = folder / "landing_1"
    write_whole(landing, states[0])
    products = states[0]["stripe.product"]
    backwards = list(reversed(columns_of("stripe.product", products)))
    write_csv(landing / "stripe" / "product.csv", backwards, products)
    spoil_customers(landing / "stripe" / "customer.csv")
    return refresh(folder / "home", landing, group.days[0])


def spoil_customers(path: Path) -> None:
    """Repeat the header among the rows, and add a customer whose name is not UTF-8."""
    with path.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    bad = {"id": b"cus_bad_utf8", "name": b"Caf\xe9 \xff", "livemode": b"true"}
    bad |= {"created": b"2026-01-05 10:00:00", "_fivetran_synced": b"2026-01-05 10:05:00"}
    with path.open("ab") as file:
        file.write(",".join(header).encode() + b"\r\n")
        file.write(b",".join(bad.get(name, b"") for name in header) + b"\r\n")


FAULTS = Group("faults", (TODAY,), deliver=deliver_faults)


def monthly(story, **options):
    """$10/mo from 1 Jan 2026, billed to today: the good rows of a story."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01", **options)
    subscription.bill()
    return subscription


GOOD = ["2026-01-01 new 10.00"]


def aside(result, table, key=None):
    """Reasons of the rows set aside from a table, of one key or of the story; none is empty."""
    rows = result.marts.rows(
        "select reason from marts.fct_quarantined_rows"
        " where source_table = ? and contains(row_key, ?)",
        table,
        key or result.story.name,
    )
    assert all(row["reason"].strip() for row in rows)
    return [row["reason"] for row in rows]


def item_row(story, subscription, **columns):
    """One more item row of a subscription, without lines."""
    row = {
        "id": story.new_id("si_bad"),
        "subscription_id": subscription.id,
        "plan_id": subscription.item.price.id,
        "quantity": 1,
        "created": moment("2026-02-01"),
        "_fivetran_synced": stamp("2026-02-01"),
    }
    return Record(story.landing, "stripe.subscription_item", row | columns)


@FAULTS.scenario
def test_fault_10_a_row_that_is_not_utf8(story):
    monthly(story)
    result = yield
    found = result.marts.rows(
        "select * from marts.fct_quarantined_rows"
        " where source_table = 'stripe.customer' and reason ilike '%utf-8%'"
    )
    assert len(found) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_15_text_in_a_numeric_column(story):
    """The amount of one line out of twelve says n/a; the others and the row tell the story."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-03-01")
    invoice = story.invoice(subscription, "2026-03-01")
    item, period = subscription.item, ("2026-03-01", "2026-04-01")
    line = invoice.line(subscription, item.id, item.price, *period, 0)
    line.row["amount"] = "n/a"
    subscription.period_end = moment("2026-04-01")
    subscription.bill()
    result = yield
    assert len(aside(result, "stripe.invoice_line_item", line.id)) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_16_a_header_among_the_rows(story):
    monthly(story)
    result = yield
    found = result.marts.rows(
        "select * from marts.fct_quarantined_rows"
        " where source_table = 'stripe.customer' and reason ilike '%header%'"
    )
    assert len(found) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_17_columns_in_another_order_are_read_by_name(story):
    """The whole table of products lies in reverse order of columns."""
    subscription = monthly(story)
    result = yield
    assert result.movements() == GOOD
    assert result.periods()[0]["product_id"] == subscription.item.price.row["product_id"]
    assert aside(result, "stripe.product", "prod_") == []


@FAULTS.scenario
def test_fault_20_an_exact_duplicate_is_counted(story):
    """The only one in its table."""
    subscription = monthly(story)
    story.landing.add("stripe.subscription_item", dict(subscription.item.record.row))
    result = yield
    counted = result.marts.rows(
        "select rows_deduplicated from marts.fct_load_results"
        " where source_table = 'stripe.subscription_item'"
    )
    assert counted == [{"rows_deduplicated": 1}]
    assert aside(result, "stripe.subscription_item") == []
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_21_same_key_same_time_different_content(story):
    """Two customers by one id, synced in one moment: nobody can say which is right."""
    monthly(story)
    twin = story.customer(name="One")
    story.customer(name="Two", id=twin.id)
    result = yield
    assert len(aside(result, "stripe.customer", twin.id)) == 2
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_21_a_price_that_says_two_things_at_once(story):
    """One id, one moment, $10 and $20."""
    monthly(story)
    price = story.price(10_00)
    story.price(20_00, id=price.id)
    result = yield
    assert len(aside(result, "stripe.price", price.id)) == 2
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_22_a_row_without_its_key(story):
    """The only bad row among the products."""
    monthly(story)
    story.product(id=None)
    result = yield
    counted = result.marts.rows(
        "select rows_quarantined from marts.fct_load_results where source_table = 'stripe.product'"
    )
    assert counted == [{"rows_quarantined": 1}]
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_23_an_id_in_whitespace_is_trimmed(story):
    customer = story.customer(id=f" cus_{story.name} ")
    trimmed = customer.id.strip()
    story.account_ids.append(trimmed)
    monthly(story, customer=customer, customer_id=trimmed)
    result = yield
    assert aside(result, "stripe.customer") == []
    assert result.movements(trimmed) == GOOD


@FAULTS.scenario
def test_fault_23_an_id_that_is_taken_once_trimmed_is_set_aside(story):
    """The clean row stays, the one with the blank goes: of two rows only it is suspect."""
    monthly(story)
    story.customer(id=f"{story.only_customer.id} ", name="Somebody else", created="2026-03-01")
    result = yield
    assert len(aside(result, "stripe.customer")) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_24_an_id_that_is_used_again_for_another_thing(story):
    """An item's id turns up once more, in March, as an item of another subscription."""
    taker = story.customer()
    subscription = monthly(story)
    other = monthly(story, customer=taker)
    item_row(
        story,
        other,
        id=subscription.item.id,
        quantity=7,
        created=moment("2026-03-01"),
        _fivetran_synced=stamp("2026-03-01"),
    )
    result = yield
    assert len(aside(result, "stripe.subscription_item", subscription.item.id)) >= 1
    assert result.movements(story.only_customer.id) == GOOD
    assert result.movements(taker.id) == GOOD


@FAULTS.scenario
def test_fault_25_orphans_are_set_aside_with_their_money(story):
    """An item of a subscription and a line of an invoice that nobody knows; the line is in NOK."""
    subscription = monthly(story)
    item = item_row(story, subscription, subscription_id="sub_nowhere")
    invoice = story.invoice(subscription, "2026-06-01", currency="nok")
    period = ("2026-06-01", "2026-07-01")
    line = invoice.line(subscription, None, None, *period, 123_45)
    invoice.delete()
    result = yield
    assert len(aside(result, "stripe.subscription_item", item.id)) == 1
    assert len(aside(result, "stripe.invoice_line_item", line.id)) == 1
    (lines,) = result.marts.rows(
        "select * from marts.fct_load_results where source_table = 'stripe.invoice_line_item'"
    )
    assert json.loads(lines["amounts_in"])["nok"] == 123_45
    assert json.loads(lines["amounts_quarantined"])["nok"] == 123_45
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_34_an_event_later_than_its_own_sync(story):
    """An invoice of 20 Dec that was synced on 1 Dec."""
    subscription = monthly(story)
    sync = {"_fivetran_synced": moment("2026-12-01 10:00:00")}
    invoice = story.invoice(subscription, "2026-12-20", **sync)
    result = yield
    assert len(aside(result, "stripe.invoice", invoice.id)) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_34_a_contract_may_run_into_the_future(story):
    subscription = story.subscribe(story.price(1200_00, "year", 3), start="2026-01-01")
    subscription.bill()
    subscription.version("2026-02-01", cancel_at="2031-01-01", canceled_at="2026-02-01")
    result = yield
    assert aside(result, "stripe.subscription_history") == []
    assert aside(result, "stripe.invoice_line_item") == []
    assert result.movements() == ["2026-01-01 new 33.33"]


@FAULTS.scenario
def test_fault_39_placeholder_dates(story):
    """A customer of 1970 and an item of 9999; the open end of a version is no placeholder."""
    subscription = monthly(story)
    customer = story.customer(created="1970-01-01 00:00:00", _fivetran_synced=stamp("2026-01-05"))
    item = item_row(story, subscription, created=moment("9999-12-31"))
    result = yield
    assert len(aside(result, "stripe.customer", customer.id)) == 1
    assert len(aside(result, "stripe.subscription_item", item.id)) == 1
    assert aside(result, "stripe.subscription_history") == []
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_44_versions_and_flat_rows_that_overlap(story):
    """A trial whose version was never closed, and a flat row that runs into the next one.

    The older of two is set aside. What it says of the days before the other begins nobody
    contradicts: the trial pays nothing until 1 March, the flat row 5 until 1 April.
    """
    subscription = story.subscribe(
        story.price(10_00), start="2026-01-01", status="trialing", trial_end=moment("2026-03-01")
    )
    subscription.version("2026-03-01", status="active")
    subscription.versions[0]["_fivetran_end"] = moment("9999-12-31")
    story.flat("2026-02-01", "2026-06-01", amount="5")
    story.flat("2026-04-01", amount="8")
    result = yield
    (reason,) = aside(result, "stripe.subscription_history", subscription.id)
    assert reason.startswith("overlapping_versions")
    (reason,) = aside(result, "billing.subscription_periods")
    assert reason.startswith("overlapping_versions")
    assert result.movements() == [
        "2026-02-01 new 5.00",
        "2026-03-01 new 10.00",
        "2026-04-01 expansion 3.00",
    ]


@FAULTS.scenario
def test_fault_46_an_end_before_its_start(story):
    """A line, a subscription and a row of the flat table."""
    subscription = monthly(story)
    item = subscription.item
    invoice = story.invoice(subscription, "2026-06-15")
    period = ("2026-06-15", "2026-06-01")
    line = invoice.line(subscription, item.id, item.price, *period, 990_00, 99)
    ended = story.subscribe(story.price(10_00), start="2026-05-10")
    ended.end("2026-05-01", recorded="2026-05-11")
    ended.forget_versions(before="2026-05-11")
    story.flat("2026-06-01", "2026-05-01", amount="10")
    result = yield
    assert len(aside(result, "stripe.invoice_line_item", line.id)) == 1
    assert len(aside(result, "stripe.subscription_history", ended.id)) == 1
    assert len(aside(result, "billing.subscription_periods")) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_48_a_negative_quantity(story):
    subscription = monthly(story)
    item = item_row(story, subscription, quantity=-2)
    story.flat("2026-06-01", amount="10", quantity=-1)
    result = yield
    assert len(aside(result, "stripe.subscription_item", item.id)) == 1
    assert len(aside(result, "billing.subscription_periods")) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_50_a_currency_that_is_missing_or_unknown(story):
    monthly(story)
    missing, unknown = story.price(10_00, currency=None), story.price(10_00, currency="zzz")
    story.flat("2026-06-01", amount="10", currency="zzz")
    result = yield
    assert len(aside(result, "stripe.price", missing.id)) == 1
    assert len(aside(result, "stripe.price", unknown.id)) == 1
    assert len(aside(result, "billing.subscription_periods")) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_54_a_value_beyond_every_bound(story):
    monthly(story)
    price = story.price(10_00, unit_amount_decimal=None)
    price.row["unit_amount"] = "9" * 30
    story.flat("2026-06-01", amount="1" + "0" * 30)
    result = yield
    assert len(aside(result, "stripe.price", price.id)) == 1
    assert len(aside(result, "billing.subscription_periods")) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_56_a_price_in_use_without_a_billing_interval(story):
    """A one-off price has none either, but no subscription uses it."""
    subscription = monthly(story)
    price, one_off = story.price(500_00, None, None), story.price(70_00, None, None)
    item_row(story, subscription, plan_id=price.id)
    result = yield
    assert len(aside(result, "stripe.price", price.id)) == 1
    assert aside(result, "stripe.price", one_off.id) == []
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_60_a_discount_that_ends_before_it_starts(story):
    subscription = monthly(story)
    coupon = story.coupon(percent_off=50)
    discount = story.discount(coupon, "2026-06-01", "2026-05-01", subscription=subscription)
    result = yield
    assert len(aside(result, "stripe.discount", discount.id)) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_60_a_coupon_of_more_than_everything(story):
    subscription = monthly(story)
    coupon = story.coupon(percent_off=150)
    story.discount(coupon, "2026-06-01", subscription=subscription)
    result = yield
    assert len(aside(result, "stripe.coupon", coupon.id)) == 1
    assert result.movements() == GOOD


@FAULTS.scenario
def test_fault_61_a_price_that_is_not_in_the_catalogue(story):
    """An item row and a line that name it."""
    subscription = monthly(story)
    item = item_row(story, subscription, plan_id="price_nowhere")
    invoice = story.invoice(subscription, "2026-06-15")
    period = ("2026-06-15", "2026-07-01")
    line = invoice.line(
        subscription, subscription.item.id, None, *period, 990_00, 99, price_id="price_nowhere"
    )
    result = yield
    assert len(aside(result, "stripe.subscription_item", item.id)) == 1
    assert len(aside(result, "stripe.invoice_line_item", line.id)) == 1
    assert result.movements() == GOOD
