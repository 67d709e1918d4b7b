"""What is emitted: deterministic, nothing from the future, batches adding up to the whole."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import emitted_rows
import pytest

from simulator.company import OPTIONAL_TABLES, REQUIRED_TABLES, Company, simulate
from simulator.config import SimulatorConfig

DAYS = ["2024-02-29", "2024-06-10", "2024-10-01", "2024-12-31"]
CONFIG = SimulatorConfig(accounts=90, months=15, seed=3)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CONFIG)


@pytest.fixture(scope="module")
def wholes(company, tmp_path_factory) -> list[Path]:
    base = tmp_path_factory.mktemp("wholes")
    for day in DAYS:
        company.emit(base / day, until=day)
    return [base / day for day in DAYS]


@pytest.fixture(scope="module")
def batches(company, tmp_path_factory) -> list[Path]:
    base, before = tmp_path_factory.mktemp("batches"), None
    for day in DAYS:
        company.emit(base / day, until=day, since=before, layout="batches")
        before = day
    return [base / day for day in DAYS]


def files_of(landing: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(landing)): path.read_bytes()
        for path in sorted(landing.rglob("*"))
        if path.is_file()
    }


def tables_of(landing: Path) -> dict[str, list[dict]]:
    return {
        f"{path.parent.name}.{path.stem}": emitted_rows.read(path)
        for path in sorted(landing.glob("s*/*.csv"))
    }


def test_the_same_config_gives_the_same_bytes_and_another_seed_others(wholes, tmp_path):
    again = simulate(CONFIG)
    again.emit(tmp_path / "again", until=DAYS[-1])
    assert files_of(tmp_path / "again") == files_of(wholes[-1])
    other = simulate(SimulatorConfig(accounts=90, months=15, seed=4))
    other.emit(tmp_path / "other", until=DAYS[-1])
    assert files_of(tmp_path / "other") != files_of(wholes[-1])


def test_a_landing_does_not_change_what_comes_after(company, wholes, tmp_path):
    company.truth()
    company.emit(tmp_path, until=DAYS[1])
    assert files_of(tmp_path) == files_of(wholes[1])


def test_no_row_is_younger_than_the_landing(wholes):
    for day, landing in zip(DAYS, wholes, strict=True):
        newest = max(
            emitted_rows.synced(row) for rows in tables_of(landing).values() for row in rows
        )
        assert newest.date() == date.fromisoformat(day)
        for invoice in tables_of(landing)["stripe.invoice"]:
            assert emitted_rows.when(invoice["created"]).date() <= newest.date()


def test_a_row_is_synced_after_its_own_change(wholes):
    for table, rows in tables_of(wholes[-1]).items():
        for row in rows:
            for column in ("created", "_fivetran_start", "status_transitions_paid_at"):
                if row.get(column) is not None:
                    assert emitted_rows.when(row[column]) <= emitted_rows.synced(row), table


def test_keys_are_unique_and_references_lead_somewhere(wholes):
    tables = tables_of(wholes[-1])
    ids = {table: {row["id"] for row in rows} for table, rows in tables.items()}
    for table, rows in tables.items():
        assert len({emitted_rows.key_of(table, row) for row in rows}) == len(rows), table
    for row in tables["stripe.invoice_line_item"]:
        assert row["invoice_id"] in ids["stripe.invoice"]
        assert row["price_id"] is None or row["price_id"] in ids["stripe.price"]
    for row in tables["stripe.subscription_item"]:
        assert row["subscription_id"] in ids["stripe.subscription_history"]
        assert row["plan_id"] in ids["stripe.price"]
    for row in tables["stripe.subscription_history"]:
        assert row["customer_id"] in ids["stripe.customer"]
    for row in tables["stripe.price"]:
        assert row["product_id"] in ids["stripe.product"]
    for row in tables["salesforce.opportunity"]:
        assert row["account_id"] in ids["salesforce.account"]


def test_an_invoice_adds_up_to_its_lines(wholes):
    tables = tables_of(wholes[-1])
    sums: dict[str, int] = {}
    for line in tables["stripe.invoice_line_item"]:
        sums[line["invoice_id"]] = sums.get(line["invoice_id"], 0) + int(line["amount"])
    for invoice in tables["stripe.invoice"]:
        assert int(invoice["subtotal"]) == sums.get(invoice["id"], 0)


def test_deleted_items_are_gone_and_the_deletion_stands_in_the_batch(company, wholes, batches):
    known = company.book.schedule.last_of(company.view([DAYS[-1]]).as_of)
    items = [item for sub in company.book.subscriptions for item in sub.items]
    deleted = {
        company.book.key("si", item.number)
        for item in items
        if item.deleted is not None and item.deleted <= known
    }
    assert deleted
    tables = tables_of(wholes[-1])
    assert not deleted & {row["id"] for row in tables["stripe.subscription_item"]}
    gone = set()
    for landing in batches:
        for path in landing.glob("stripe/subscription_item/*.csv"):
            rows = emitted_rows.read(path)
            gone |= {row["id"] for row in rows if row["_fivetran_deleted"] == "true"}
    assert gone
    assert gone <= deleted


def test_the_union_of_the_batches_is_the_whole(wholes, batches):
    union = emitted_rows.Memory(batches, "batches")
    whole = emitted_rows.Memory(wholes[-1:], "whole")
    for table in whole.latest:
        found, rows = undeleted(union, table), undeleted(whole, table)
        if table == "stripe.subscription_history":
            # A collapsed history keeps one row; the log of batches also has those before it.
            assert found.keys() >= rows.keys()
            found = {key: found[key] for key in rows}
        assert found == rows, table


def undeleted(memory: emitted_rows.Memory, table: str) -> dict[tuple, dict]:
    return {
        key: {name: value for name, value in row.items() if name != "_fivetran_deleted"}
        for key, row in memory.latest[table].items()
    }


def test_parquet_holds_what_csv_holds(company, wholes, tmp_path):
    company.emit(tmp_path, until=DAYS[-1], file_format="parquet")
    for path in sorted(tmp_path.glob("s*/*.parquet")):
        rows = emitted_rows.read(path)
        texts = emitted_rows.read(wholes[-1] / path.parent.name / f"{path.stem}.csv")
        assert len(rows) == len(texts)
        for row, text in zip(rows, texts, strict=True):
            for name, value in row.items():
                assert as_text(value) == text[name], (path.name, name)


def as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None if value is None else str(value)


def test_the_older_plan_table_can_stand_for_price(company, tmp_path):
    names = tuple(name for name in REQUIRED_TABLES if name != "stripe.price")
    emission = company.emit(tmp_path, tables=(*names, "stripe.plan"), reference=False)
    assert set(emission.rows) == {*names, "stripe.plan"}
    assert emission.rows["stripe.plan"] > 10
    assert not (tmp_path / "reference").exists()


@pytest.mark.parametrize("layout", ["whole", "batches"])
@pytest.mark.parametrize("tables", [REQUIRED_TABLES, REQUIRED_TABLES + OPTIONAL_TABLES])
def test_the_truth_is_what_the_emitted_rows_show(company, layout, tables, tmp_path):
    before = None
    for day in DAYS:
        company.emit(tmp_path / day, until=day, since=before, layout=layout, tables=tables)
        before = day
    memory = emitted_rows.Memory([tmp_path / day for day in DAYS], layout)
    reference = tmp_path / DAYS[-1] / "reference"
    shown = emitted_rows.Reader(
        memory, reference / "fx_rates.csv", reference / "internal_accounts.csv"
    ).account_days()
    full = len(tables) > len(REQUIRED_TABLES)
    frame = company.truth(DAYS, layout, crm=full, discounts=full)
    true: dict[str, list] = {}
    for account, day, mrr in frame.itertuples(index=False, name=None):
        true.setdefault(account, []).append((day, int(mrr * 100)))
    assert shown == true


def test_one_landing_at_the_end_shows_its_own_truth(company, wholes):
    memory = emitted_rows.Memory(wholes[-1:], "whole")
    reference = wholes[-1] / "reference"
    shown = emitted_rows.Reader(
        memory, reference / "fx_rates.csv", reference / "internal_accounts.csv"
    ).account_days()
    count = sum(len(days) for days in shown.values())
    assert count == len(company.truth())
