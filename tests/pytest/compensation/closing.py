"""The company whose first quarter of 2026 is closed, then corrected, then told wrongly.

Landings from 30 April to 21 July 2026. Every CSM has 15 accounts or more and a book of 200,000, a
target of 6,250 and the reference plan.
"""

from __future__ import annotations

import json
import pickle
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from compensation.company import Company, account_id
from scenarios import forked
from scenarios.harness import Outcome, environment_of, refresh

START, LATER = "2025-01-01", "2026-05-15T06:00:00Z"
PLAN: dict[str, Any] = {"valid_from": "2026-01-01"}
LOCKED = ("locked_statements", "locked_lines", "locked_books", "locked_plan_terms")


def tell(*, corrected: bool, withdrawn: bool = False, synced: str | None = None) -> Company:
    """The company as known on 30 April, or as corrected; with the cancellation withdrawn again."""
    company = Company()
    company.person("M", role="manager")
    for name in ("cancel", "invoice", "giver", "taker", "steady", "weights", "helper"):
        company.person(name, manager="M", plan=PLAN)

    # A cancellation of 10 March that is recorded in May.
    company.account("grows", "cancel", (START, 10_000), ("2026-02-10", 14_000))
    end = ("2026-03-10", 0) if corrected and not withdrawn else ("2030-01-01", 0)
    company.account("gone", "cancel", (START, 1_000), end)
    company.book("cancel", 189_000, 14)

    # An invoice that is voided in May: 7 seats from February on, not 10.
    stripe(company, "invoice", seats=7 if corrected else 10, corrected=corrected)
    company.book("invoice", 194_000, 15)

    # A hand-over of December that is entered in May.
    owner = "taker" if corrected else "giver"
    company.account("swap", owner, (START, 10_000), ("2026-02-20", 14_000))
    if corrected:
        company.handed("swap", "2025-12-15", "giver", "taker")
    company.book("giver", 190_000, 15)
    company.book("taker", 200_000, 15)

    company.account("wins", "steady", (START, 10_000), ("2026-02-10", 14_000))
    company.book("steady", 190_000, 15)

    # Shares that add up to more than the account: nobody knows what these two hold.
    company.account("split", "weights", (START, 10_000))
    company.book("weights", 190_000, 15)
    company.book("helper", 200_000, 15)
    for name, weight in (("weights", 0.7), ("helper", 0.6)):
        company.add(
            "comp.shared_ownership", account_id=account_id("split"), employee_id=name,
            split_weight=weight, valid_from="2026-01-01", valid_to="",
        )  # fmt: skip

    # Somebody looks after it whom the roster does not know.
    company.account("ghostly", "ghost", (START, 5_000), ("2026-02-10", 0))
    if synced is not None:
        for table, rows in company.tables.items():
            key = "updated_at" if table == "billing.subscription_periods" else "_fivetran_synced"
            for row in rows:
                row[key] = synced
    return company


def stripe(company: Company, owner: str, *, seats: int, corrected: bool) -> None:
    """A Stripe subscription of 1,000 a seat: 6 seats in January, then what the invoice says."""
    company.account("billed", owner)
    link = json.dumps({"salesforce_account_id": account_id("billed")})
    company.add(
        "stripe.customer", id="cus_billed", metadata=link, livemode="true", currency="usd",
        created=f"{START}T00:00:00Z", is_deleted="false", email="", name="",
    )  # fmt: skip
    company.add("stripe.product", id="prod_seat", name="Seat", active="true", livemode="true")
    company.add(
        "stripe.price", id="price_seat", product_id="prod_seat", currency="usd", active="true",
        unit_amount=100_000, unit_amount_decimal="100000", recurring_interval="month",
        recurring_interval_count=1, recurring_usage_type="licensed", billing_scheme="per_unit",
        livemode="true", created=f"{START}T00:00:00Z", is_deleted="false",
    )  # fmt: skip
    company.add(
        "stripe.subscription_history", id="sub_billed", _fivetran_start=f"{START}T00:00:00Z",
        _fivetran_end="", _fivetran_active="true", status="active", customer_id="cus_billed",
        created=f"{START}T00:00:00Z", start_date=f"{START}T00:00:00Z", canceled_at="", ended_at="",
        livemode="true",
    )  # fmt: skip
    company.add(
        "stripe.subscription_item", id="si_billed", subscription_id="sub_billed",
        plan_id="price_seat", quantity=seats, created=f"{START}T00:00:00Z",
    )  # fmt: skip
    invoices = [("in_1", START, "2026-02-01", 6, "paid")]
    if corrected:
        invoices.append(("in_2", "2026-02-01", "2026-05-01", 10, "void"))
        invoices.append(("in_3", "2026-02-01", "2026-05-01", 7, "paid"))
    else:
        invoices.append(("in_2", "2026-02-01", "2026-05-01", 10, "paid"))
    for key, since, until, quantity, status in invoices:
        company.add(
            "stripe.invoice", id=key, customer_id="cus_billed", subscription_id="sub_billed",
            status=status, paid=str(status == "paid").lower(), currency="usd",
            created=f"{since}T01:00:00Z", period_start=f"{since}T00:00:00Z",
            period_end=f"{until}T00:00:00Z", total=quantity * 100_000,
            subtotal=quantity * 100_000, amount_due=quantity * 100_000,
            amount_paid=quantity * 100_000 if status == "paid" else 0, livemode="true",
            is_deleted="false",
        )  # fmt: skip
        company.add(
            "stripe.invoice_line_item", id=f"il_{key}", invoice_id=key,
            subscription_id="sub_billed", subscription_item_id="si_billed", price_id="price_seat",
            plan_id="price_seat", type="subscription", proration="false", quantity=quantity,
            amount=quantity * 100_000, currency="usd", period_start=f"{since}T00:00:00Z",
            period_end=f"{until}T00:00:00Z", livemode="true",
        )  # fmt: skip


def command(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return forked.run(words, environment_of(home))


def read(file: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def pay(home: Path, query: str) -> list[dict[str, Any]]:
    return read(home / "published" / "compensation.duckdb", query)


def statements(home: Path, quarter: str) -> dict[str, dict[str, Any]]:
    query = f"select * from comp.fct_csm_comp_statements where quarter = '{quarter}'"
    return {row["csm_id"]: row for row in pay(home, query)}


def locked(home: Path) -> dict[str, list[dict[str, Any]]]:
    file = home / "history.duckdb"
    return {table: read(file, f"select * from comp.{table} order by all") for table in LOCKED}


def told(home: Path) -> dict[str, Any]:
    """All that is published of pay, without what differs from run to run."""
    tables = ("fct_csm_comp_statements", "fct_csm_comp_lines", "fct_csm_comp_books")
    return {table: pay(home, f"select * from comp.{table} order by all") for table in tables}


def play(root: Path) -> SimpleNamespace:
    """Refresh, close, correct, build anew, refuse; what was seen of each is kept in a file."""
    kept = root / "story.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    home = root / "home"
    held = {"crm_billing_customer_field": "billing_customer_c"}

    def refreshed(landing: Path) -> Outcome:
        outcome = refresh(home, landing, dbt_vars=held)
        assert outcome.code == 0, outcome.text[-4000:]
        return outcome

    made = SimpleNamespace(home=home)
    refreshed(tell(corrected=False).land(root / "april"))
    made.before = statements(home, "2026Q1")
    made.closing = command(home, "close-quarter", "2026Q1")
    made.again = command(home, "close-quarter", "2026Q1")
    made.locked = locked(home)
    refreshed(tell(corrected=True, synced=LATER).land(root / "may"))
    made.after, made.open = statements(home, "2026Q1"), statements(home, "2026Q2")
    made.locked_after, made.told = locked(home), told(home)
    made.adjustments = pay(
        home, "select * from comp.fct_csm_comp_lines where line_kind = 'adjustment'"
    )
    made.verified = command(home, "verify-comp", "2026Q1")
    (home / "build.duckdb").unlink()
    refreshed(root / "may")
    made.told_again, made.locked_again = told(home), locked(home)

    # The second quarter is closed with the adjustments in it; then the cancellation is withdrawn.
    refreshed(tell(corrected=True, synced="2026-07-05T06:00:00Z").land(root / "july"))
    made.second = command(home, "close-quarter", "2026Q2")
    back = {"corrected": True, "withdrawn": True}
    refreshed(tell(**back, synced="2026-07-20T06:00:00Z").land(root / "back"))
    made.third, made.told_good = statements(home, "2026Q3"), told(home)
    made.locked_third = locked(home)
    made.verified_third = command(home, "verify-comp")

    # Plan data that cannot be right, and an account more: the account is published.
    wrong = tell(**back, synced="2026-07-21T06:00:00Z")
    wrong.plan("steady", valid_from="2026-03-01")
    # Another method in a quarter that has one already.
    wrong.person("other", manager="M", plan={**PLAN, "plan_version": "closing"})
    wrong.reference["comp_plan_versions"] = [
        {"plan_version": "reference", "attribution_method": "event_date_owner"},
        {"plan_version": "closing", "attribution_method": "closing_owner"},
    ]
    wrong.reference["comp_plan_curve"] = [
        dict(
            zip(("plan_version", "from_rate", "to_rate", "base_factor", "slope"), row, strict=True)
        )
        for row in (
            ("reference", "", "-0.05", "2.35", "72"),
            ("reference", "-0.025", "0", "0.1", "36"),
            ("reference", "0", "", "0", "0"),
            ("closing", "", "0", "0.1", "36"),
            ("closing", "0", "", "0", "0"),
        )
    ]
    wrong.account("extra", "steady", ("2026-07-01", 100))
    made.good_run = json.loads((home / "last_run.json").read_text())["run_id"]
    made.refused = refreshed(wrong.land(root / "wrong"))
    made.refused_manifest = json.loads((home / "published" / "manifest.json").read_text())
    made.told_refused = told(home)
    made.accounts = read(
        home / "published" / "perennial.duckdb",
        f"select * from marts.dim_accounts where account_id = '{account_id('extra')}'",
    )
    made.close_refused = command(home, "close-quarter", "2026Q3")
    kept.write_bytes(pickle.dumps(made))
    return made
