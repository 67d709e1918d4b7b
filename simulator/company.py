"""The simulated company: its books, the landings it emits, and the true answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.book import Book
from simulator.clock import day_number, month_start, to_date
from simulator.config import SimulatorConfig
from simulator.emit_crm import CrmTables
from simulator.emit_stripe import StripeTables
from simulator.emit_success import TRACKS, SuccessTables
from simulator.features import product_feature_rows
from simulator.knowledge import Policy, View
from simulator.population import populate
from simulator.renewals import renewals_frame
from simulator.retention import RetentionTruth
from simulator.success import Success, succeed
from simulator.tables import DELETED, HARD_DELETED, SUCCESS_COLUMNS, TABLES
from simulator.truth import Ledger, items_frame, months_frame, movements_frame, truth_frame
from simulator.usage_truth import SuccessTruth
from simulator.writers import write_reference, write_table

if TYPE_CHECKING:
    import pandas

#: The seven tables without which nothing can be said, and those that are optional.
REQUIRED_TABLES = tuple(
    f"stripe.{name}"
    for name in (
        "customer",
        "subscription_history",
        "subscription_item",
        "price",
        "product",
        "invoice",
        "invoice_line_item",
    )
)
OPTIONAL_TABLES = (
    "stripe.coupon",
    "stripe.discount",
    "stripe.subscription_discount",
    "stripe.charge",
    "stripe.refund",
    "stripe.credit_note",
    "salesforce.account",
    "salesforce.user",
    "salesforce.opportunity",
)

#: What customer health is told from; their rows are made only if one of them is asked for.
HEALTH_TABLES = tuple(
    name
    for name in TABLES
    if name.split(".")[0] in ("segment", "zendesk", "delighted", "people", "comp")
    or name
    in (
        "salesforce.contact",
        "salesforce.task",
        "salesforce.event",
        "salesforce.success_goal_c",
        "salesforce.renewal_step_c",
        "salesforce.csm_pulse_c",
        "salesforce.case_study_c",
        "salesforce.account_field_history",
    )
)

Landings = list[str | date] | None


@dataclass(frozen=True)
class Emission:
    """What one landing holds: rows by table and the day it speaks for."""

    rows: dict[str, int]
    until: date
    since: date | None


class Company:
    """A company that has lived; ask it for landings and for the truth.

    All truth functions take `landings`, the days on which the landings under test were
    emitted (default: the last day alone), `mode` (whole or batches) and the keywords of
    `knowledge.View`: basis (evidence or agreed), crm, discounts, policy.
    """

    def __init__(self, book: Book, usage_months: int = 15) -> None:
        self.book = book
        self.usage_months = usage_months
        book.finish()

    @cached_property
    def success(self) -> Success:
        """What happened beside billing; it changes nothing in the books."""
        return succeed(self.book, self.usage_months)

    @property
    def start(self) -> date:
        """The first day of the simulation."""
        return to_date(self.book.start_day)

    @property
    def end(self) -> date:
        """The last day of the simulation."""
        return to_date(self.book.end_day)

    def emit(
        self,
        landing: Path | str,
        until: date | str | None = None,
        since: date | str | None = None,
        layout: str = "whole",
        file_format: str = "csv",
        *,
        tables: tuple[str, ...] = REQUIRED_TABLES + OPTIONAL_TABLES,
        reference: bool = True,
    ) -> Emission:
        """Write what the connector holds at the end of `until` into a landing folder.

        Layout whole writes `<source>/<table>.<format>`. Layout batches adds
        `<source>/<table>/<until>.<format>` with the rows that changed after `since` (None:
        all rows), deletions as rows with `_fivetran_deleted` true. `reference` writes the
        company's FX rates and internal accounts to `reference/`. To land the older
        `stripe.plan`, name it in `tables` in place of `stripe.price`; for customer health add
        `HEALTH_TABLES` (whole product events: `segment/tracks/<month>.parquet`).
        """
        if layout not in ("whole", "batches"):
            raise ValueError(f"unknown layout {layout!r}: whole or batches")
        landing = Path(landing)
        day = self.book.end_day if until is None else min(day_number(until), self.book.end_day)
        known = self.book.schedule.last_of(day)
        before = None
        if layout == "batches" and since is not None:
            before = self.book.schedule.last_of(day_number(since))
        is_batch = layout == "batches"
        success = self.success if any(name in HEALTH_TABLES for name in tables) else None
        sources = {
            "stripe": StripeTables(self.book, known, before, is_batch),
            "salesforce": CrmTables(self.book, known, before, is_batch, success),
        }
        health = None if success is None else SuccessTables(success, known, before)
        counts = {}
        for name in tables:
            source, table = name.split(".")
            columns = list(TABLES[name])
            if success is not None:
                columns[-1:-1] = SUCCESS_COLUMNS.get(name, [])
            if name == TRACKS and not is_batch:
                months = health.tracks_by_month()
                folder = landing / source / table
                counts[name] = sum(
                    write_table(folder / f"{month}.parquet", columns, rows, "parquet")
                    for month, rows in months.items()
                )
                continue
            if is_batch and name in HARD_DELETED:
                columns.append(DELETED)
            stem = f"{table}/{to_date(day)}" if is_batch else table
            path = landing / source / f"{stem}.{file_format}"
            rows: Iterator[tuple] = (
                health.rows(name) if name in HEALTH_TABLES else getattr(sources[source], table)()
            )
            counts[name] = write_table(path, columns, rows, file_format)
        if reference:
            self.write_references(landing / "reference", health=success is not None)
        return Emission(counts, to_date(day), None if before is None else to_date(before // 86_400))

    def write_references(self, folder: Path | str, *, health: bool = False) -> None:
        """Write `fx_rates.csv` and `internal_accounts.csv` of this company to a folder.

        With `health` also `product_features.csv`, by the company's own product ids.
        """
        first = to_date(month_start(self.book.start_day - 360))
        last = to_date(self.book.end_day + 365)
        rates = self.book.rates.rows(first, last)
        write_reference(Path(folder) / "fx_rates.csv", ["rate_date", "currency", "rate"], rates)
        internal = [(each.key,) for each in self.book.accounts if each.is_internal]
        write_reference(Path(folder) / "internal_accounts.csv", ["account_id"], internal)
        if health:
            header = ["product_id", "is_per_seat", "feature", "is_tier_feature", "valid_from"]
            rows = product_feature_rows(self.book)
            write_reference(Path(folder) / "product_features.csv", header, rows)

    def view(self, landings: Landings = None, mode: str = "whole", **options: object) -> View:
        """Return what a reader of these landings knows."""
        return View(self.book, landings, mode, **options)

    def ledger(self, landings: Landings = None, mode: str = "whole", **options: object) -> Ledger:
        """Return all changes those landings show, to take several truths from."""
        return Ledger(self.view(landings, mode, **options))

    def truth(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> pandas.DataFrame:
        """Return MRR by account as change points: account_id, change_date, mrr (Decimal)."""
        return truth_frame(self.ledger(landings, mode, **options))

    def truth_items(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> pandas.DataFrame:
        """Return MRR by item as change points, with the agreed and the evident day."""
        return items_frame(self.ledger(landings, mode, **options))

    def truth_movements(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> pandas.DataFrame:
        """Return movements by account, day and type as definitions.md section 3 has them."""
        return movements_frame(self.ledger(landings, mode, **options))

    def truth_months(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> pandas.DataFrame:
        """Return company totals by month: opening, movements by type, closing."""
        return months_frame(self.ledger(landings, mode, **options))

    def truth_retention(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> RetentionTruth:
        """Return what is true of windows, cohorts and lifetimes (definitions.md section 4)."""
        return RetentionTruth(self.view(landings, mode, **options))

    def truth_renewals(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> pandas.DataFrame:
        """Return terms of three months or longer that fell due, with what became of each."""
        return renewals_frame(self.view(landings, mode, **options))

    def truth_success(
        self, landings: Landings = None, mode: str = "whole", **options: object
    ) -> SuccessTruth:
        """Return what is true of usage, owners, journeys, ratings and churn."""
        return SuccessTruth(self.success, self.view(landings, mode, **options))

    def shares(self) -> dict[str, float]:
        """Return the share of all accounts that each kind of special event happened to."""
        counts: dict[str, int] = {}
        for account in self.book.accounts:
            for tag in account.tags:
                counts[tag] = counts.get(tag, 0) + 1
        return {tag: counts[tag] / len(self.book.accounts) for tag in sorted(counts)}


def simulate(config: SimulatorConfig) -> Company:
    """Let a company live; the same config gives the same company, row by row."""
    return Company(populate(config), config.usage_months)


__all__ = ["Company", "Emission", "Policy", "SimulatorConfig", "simulate"]
