"""Two owners on one day (faults.md, 65): their pay is held, everybody else's is published."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from compensation.closing import read, statements
from compensation.company import SYNCED, Company, account_id, user_of
from scenarios.harness import refresh

START = "2025-01-01"


def tell() -> Company:
    """Accounts in history mode: each row a version with its start and end."""
    company = Company()
    company.person("M", role="manager")
    for name in ("one", "other", "third"):
        company.person(name, manager="M", plan={"valid_from": "2026-01-01"})
        company.book(name, 200_000, 16)
    company.account("double", "one", (START, 10_000))
    company.account("lost", "third", (START, 4_000), ("2026-02-10", 0))
    open_ended = "9999-12-31T23:59:59Z"
    for row in company.tables["salesforce.account"]:
        row |= {"_fivetran_start": f"{START}T00:00:00Z", "_fivetran_end": open_ended}
        row |= {"_fivetran_active": "true"}
    first = next(
        row for row in company.tables["salesforce.account"] if row["id"] == account_id("double")
    )
    # The older version did not end when the newer one began.
    first |= {"_fivetran_end": "2026-03-15T00:00:00Z", "_fivetran_active": "false"}
    newer = {
        "csm_id_c": user_of("other"), "_fivetran_start": "2026-02-01T00:00:00Z",
        "_fivetran_end": open_ended, "_fivetran_active": "true", "_fivetran_synced": SYNCED,
    }  # fmt: skip
    company.tables["salesforce.account"].append({**first, **newer})
    return company


@pytest.fixture(scope="session")
def doubled(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SimpleNamespace:
    base = tmp_path_factory.getbasetemp()
    root: Path = (base if worker_id == "master" else base.parent) / "two_owners"
    root.mkdir(exist_ok=True)
    home = root / "home"
    with FileLock(root.parent / "two_owners.lock"):
        if not (home / "published" / "current").exists():
            outcome = refresh(
                home,
                tell().land(root / "landing"),
                dbt_vars={"crm_billing_customer_field": "billing_customer_c"},
            )
            assert outcome.code == 0, outcome.text[-4000:]
    return SimpleNamespace(home=home, found=statements(home, "2026Q1"))


def test_the_two_are_held_and_the_third_is_paid(doubled: SimpleNamespace) -> None:
    status = {name: row["status"] for name, row in doubled.found.items()}
    assert status == {"one": "held", "other": "held", "third": "provisional"}
    assert {doubled.found[name]["earned_bonus"] for name in ("one", "other")} == {None}
    assert {doubled.found[name]["payable_amount"] for name in ("one", "other")} == {None}
    # The third lost 4,000 of 204,000: n = +1.96%, and GRR above the gate.
    assert doubled.found["third"]["earned_bonus"] == Decimal("0.00")


def test_the_two_versions_are_told_and_the_marts_are_published(doubled: SimpleNamespace) -> None:
    marts = doubled.home / "published" / "perennial.duckdb"
    query = "select account_id, issue from marts.rpt_ownership_issues where issue like 'versions%'"
    assert read(marts, query) == [{"account_id": account_id("double"), "issue": "versions_overlap"}]
    query = """
        select row_key, reason from marts.fct_quarantined_rows
        where source_table = 'salesforce.account'
    """
    (row,) = read(marts, query)
    assert row["row_key"].startswith(account_id("double"))
    assert row["reason"].startswith("overlapping_versions")
    query = f"select mrr from marts.dim_accounts where account_id = '{account_id('double')}'"
    assert read(marts, query) == [{"mrr": Decimal("10000.00")}]
