"""A company told in accounts, owners and plans, landed as flat billing, a CRM and a roster."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SYNCED = "2026-04-30T06:00:00Z"
BEFORE = "2025-01-01"


@dataclass
class Company:
    """Rows of every table; `land` writes them."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reference: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **columns: Any) -> None:
        """One row, synced like all others."""
        row = {**columns, "_fivetran_synced": SYNCED}
        if table == "billing.subscription_periods":
            row = {**columns, "updated_at": SYNCED}
        self.tables.setdefault(table, []).append(row)

    def person(
        self,
        name: str,
        role: str = "csm",
        manager: str = "",
        hired: str = BEFORE,
        left: str = "",
        plan: dict[str, Any] | None = None,
    ) -> str:
        """An employee; `plan` is what their assignment has of its own, None for no plan."""
        self.add(
            "people.employee", employee_id=name, crm_user_id=user_of(name), display_name="A person",
            email="", role=role, manager_id=manager, region="", hired_on=hired, left_on=left,
            capacity_points="",
        )  # fmt: skip
        if plan is not None:
            self.plan(name, **{"valid_from": hired, **plan})
        return name

    def plan(self, name: str, **columns: Any) -> None:
        """An assignment of the shipped plan."""
        row = {
            "employee_id": name, "plan_version": "reference", "target_bonus_quarter": "6250",
            "guarantee_amount": "", "currency": "usd", "valid_from": BEFORE, "valid_to": "",
            "ramp_started_on": "",
        } | columns  # fmt: skip
        self.add("comp.plan_assignment", **row)

    def account(self, name: str, owner: str, *steps: tuple[str, float], product: str = "p") -> str:
        """An account and its MRR from each day on; `None` days, a later owner by `handed`.

        Args:
            name: account.
            owner: employee who looks after it first.
            steps: day and MRR from that day; MRR 0 ends it.
            product: what it buys.
        """
        account = account_id(name)
        self.add(
            "salesforce.account", id=account, name=name, csm_id_c=user_of(owner) if owner else "",
            billing_customer_c=f"cus_{name}", is_deleted="false",
            created_date=f"{BEFORE}T00:00:00Z",
        )  # fmt: skip
        for number, (day, mrr) in enumerate(steps):
            if not mrr:
                continue
            end = steps[number + 1][0] if number + 1 < len(steps) else ""
            self.add(
                "billing.subscription_periods", subscription_id=f"sub_{name}",
                customer_id=f"cus_{name}", product=product, start_date=day, end_date=end,
                amount=mrr, currency="usd", interval="month", interval_count=1, quantity=1,
            )  # fmt: skip
        return account

    def handed(self, name: str, day: str, old: str, new: str) -> None:
        """The CRM's history of a hand-over; its row already names the new owner."""
        self.add(
            "salesforce.account_field_history", id=f"017{name:0>12}{day[-2:]}x"[:18].ljust(18, "x"),
            account_id=account_id(name), field="csm_id_c", old_value=user_of(old) if old else "",
            new_value=user_of(new) if new else "", created_date=f"{day}T09:00:00Z",
        )  # fmt: skip

    def book(self, owner: str, mrr: float, accounts: int, start: str = BEFORE) -> None:
        """Accounts that nothing happens to, of `mrr` altogether."""
        each = round(mrr / accounts, 2)
        rest = round(mrr - each * (accounts - 1), 2)
        for number in range(accounts):
            self.account(f"{owner}fill{number}", owner, (start, rest if number == 0 else each))

    def land(self, folder: Path) -> Path:
        """Write the landing."""
        for table, rows in self.tables.items():
            source, name = table.split(".")
            _write(folder / source / f"{name}.csv", rows)
        for name, rows in self.reference.items():
            _write(folder / "reference" / f"{name}.csv", rows)
        return folder


def user_of(name: str) -> str:
    """CRM user of an employee, 18 characters."""
    return "005" + name.replace("_", "")[:15].ljust(15, "x")


def account_id(name: str) -> str:
    """CRM account, 18 characters."""
    return "001" + name.replace("_", "")[:15].ljust(15, "x")


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
