"""MRR reconciled with invoices and payments: nothing unexplained, and planted breaks by name."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from scenarios.harness import PROJECT, Outcome, refresh
from simulator.clock import DAY, to_date
from truth import breaks
from truth.conftest import Played, published

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reconciliation")]

SUMS = "select account_id, month, step, difference_class, sum(amount) from "
SUMS += "marts.fct_mrr_reconciliation_lines group by all"
IDENTITY = """
    select count(*), sum(unexplained_gross_amount), sum(abs(mrr_amount + proration_amount
        + discount_amount + credit_amount + unpaid_amount + timing_amount + tax_amount
        + usage_amount + one_off_amount + fx_amount + unexplained_amount - settled_amount))
    from marts.rpt_mrr_reconciliation
"""


class Planted(NamedTuple):
    """A blocked refresh of planted breaks: what it said, its build, and what is expected."""

    outcome: Outcome
    build: Path
    expected: dict[str, tuple[str, breaks.Expected]]
    euro: breaks.Corrected


def lines(file: Path) -> dict[tuple, float]:
    """Amounts by account, month, step and class."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return {row[:4]: float(row[4]) for row in connection.sql(SUMS).fetchall()}


def test_nothing_is_unexplained_in_the_demo(demo: Path) -> None:
    (rows, unexplained, gap) = published(demo, IDENTITY)[0]
    assert (rows > 5_000, unexplained, gap) == (True, 0, 0)


def test_nothing_is_unexplained_in_a_simulated_company(seeded: Played) -> None:
    (rows, unexplained, gap) = seeded.rows(IDENTITY)[0]
    assert (rows > 30_000, unexplained, gap) == (True, 0, 0)


def test_accounts_are_invoiced_what_the_company_wrote(seeded: Played) -> None:
    book = seeded.company.book
    known = book.schedule.last_of(book.end_day)
    totals: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    others = set()
    for subscription in book.subscriptions:
        for invoice in subscription.invoices:
            account = invoice.customer.account_key(known)
            if invoice.customer.currency != "usd":
                others.add(account)
            elif not (invoice.customer.is_excluded(known) or invoice.is_void(known)):
                issued = to_date(invoice.created // DAY).replace(day=1)
                if invoice.created <= known:
                    totals[account, issued] += Decimal(invoice.total) / 100
    found = seeded.rows(
        "select account_id, month, invoiced_amount from marts.rpt_mrr_reconciliation "
        "where invoiced_amount <> 0"
    )
    assert {row[:2]: row[2] for row in found if row[0] not in others} == {
        key: total for key, total in totals.items() if total and key[0] not in others
    }


@pytest.fixture(scope="module")
def planted(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """The demo with a break of every kind and a corrected rate, stopped by the threshold."""
    landing = tmp_path_factory.mktemp("planted")
    shutil.copytree(PROJECT / "seeds" / "raw", landing, dirs_exist_ok=True)
    customers = "select billing_customer_id, account_id from marts.bridge_account_billing_customers"
    books = breaks.Books(landing, dict(published(demo, f"{customers} where not is_internal")), 1122)
    expected = {kind.__name__: kind(books) for kind in breaks.KINDS}
    books.save(landing)
    rates = breaks.read(PROJECT / "seeds" / "reference" / "fx_rates.csv")
    euro = breaks.corrected_rate(books, rates)
    breaks.write(landing / "reference" / "fx_rates.csv", rates)
    home = tmp_path_factory.mktemp("home")
    outcome = refresh(home, landing, dbt_vars={"reconciliation_block_over": 50})
    return Planted(outcome, home / "build.duckdb", expected, euro)


def test_a_threshold_of_unexplained_money_blocks(planted: Planted) -> None:
    assert planted.outcome.code == 2, planted.outcome.text
    assert "unexplained_money_stays_below_the_threshold" in planted.outcome.text
    assert "nothing_in_the_reconciliation_is_unexplained" in planted.outcome.text


def test_a_refund_counted_twice_blocks_and_an_unequal_invoice_warns(planted: Planted) -> None:
    assert "refunds_are_counted_once" in planted.outcome.reasons
    assert "invoices_equal_their_lines" in planted.outcome.text
    assert "invoices_equal_their_lines" not in planted.outcome.reasons


def test_planted_breaks_are_found_and_named(demo: Path, planted: Planted) -> None:
    before, after = lines(demo / "published" / "perennial.duckdb"), lines(planted.build)
    changes: dict[str, dict] = defaultdict(dict)
    for key in before.keys() | after.keys():
        change = after.get(key, 0) - before.get(key, 0)
        if abs(change) > 0.015:
            changes[key[0]][key[1:]] = change
    expected = planted.expected
    touched = {account for account, _ in expected.values()}
    assert touched == set(changes) - planted.euro.accounts
    for name, (account, amounts) in expected.items():
        due = {key: float(amount) for key, amount in amounts.items() if abs(amount) > 0.015}
        assert changes[account] == pytest.approx(due, abs=0.03), name


def test_a_corrected_rate_shows_as_fx(planted: Planted) -> None:
    found: dict[date, float] = defaultdict(float)
    for (account, month, _, difference_class), amount in lines(planted.build).items():
        if account == planted.euro.account and difference_class == "fx":
            found[month] += amount
    due = {month: float(amount) for month, amount in planted.euro.fx.items() if abs(amount) > 0.015}
    assert planted.euro.month in due
    assert found == pytest.approx(due, abs=0.03)
