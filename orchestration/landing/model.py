"""What the steps of accept hand to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from orchestration.contract import TableContract

LoadKind = Literal["whole", "batch", "observed"]
Outcome = Literal["accepted", "rejected", "warned"]


def make_load_id(source_table: str, batch_name: str, content_hash: str) -> str:
    """Id of a load: the same file lands under the same id, whenever and however often."""
    digest = hashlib.sha256(f"{source_table}|{batch_name}|{content_hash}".encode())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class UnreadableRow:
    """A row that could not be read: `row_key` is its place in the file, `line 17`."""

    row_key: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Problem:
    """Why loads may not come in, found while reading.

    Attributes:
        rule: closed list of short names, e.g. `unreadable_rows`.
        message: names table, file and what to do.
        load_ids: the loads concerned.
        can_be_approved: False where nothing was read that an approval could let in.
    """

    rule: str
    message: str
    load_ids: tuple[str, ...]
    can_be_approved: bool = True


@dataclass(frozen=True)
class Load:
    """One file as it was read, or one table of a connector as it was seen.

    Attributes:
        batch_name: file name, `whole`, or `observed`.
        rows_in: rows of the file, unreadable ones included.
        synced_from: earliest plausible sync time (UTC), None where there is none.
        columns: lower-case names in the file's order.
        run_id: the run that put it in force; empty for a load of this run.
        uncastable: values per typed column that do not cast; only of loads read in this run.
    """

    load_id: str
    source_table: str
    batch_name: str
    load_kind: LoadKind
    content_hash: str
    rows_in: int = 0
    rows_unreadable: int = 0
    synced_from: datetime | None = None
    synced_to: datetime | None = None
    columns: tuple[str, ...] = ()
    run_id: str = ""
    uncastable: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class EventDay:
    """Rows of one day of an event table, and the median of the nearest same weekdays."""

    day: date
    rows: int
    usual_rows: float


@dataclass
class Ledger:
    """Accepted loads per table, latest first, and the runs that published."""

    loads: dict[str, list[Load]] = field(default_factory=dict)
    published_runs: set[str] = field(default_factory=set)

    def knows(self, load: Load) -> bool:
        """Whether the load stands in the ledger as the latest state of its table.

        A whole load that comes back after another one is news: the ledger says what was in force.
        """
        held = self.loads.get(load.source_table, [])
        if load.load_kind != "batch":
            held = held[:1]
        return any(
            (item.load_id, item.content_hash) == (load.load_id, load.content_hash) for item in held
        )


@dataclass
class Arrival:
    """One raw table in this run: what lies in raw.duckdb and what the landing adds.

    Attributes:
        table: its contract.
        new_loads: read in this run, waiting in raw.duckdb beside the table in force.
        in_force: loads that lie in raw.duckdb already.
        unreadable: rows that could not be read, by load id of the new loads.
        problems: why new loads may not come in.
        is_absent: held in raw.duckdb, not in the landing; for a log of batches that is usual.
        is_observed: the table is a connector's own.
        event_days: days that the new loads change, of a table of events.
    """

    table: TableContract
    new_loads: list[Load] = field(default_factory=list)
    in_force: list[Load] = field(default_factory=list)
    unreadable: dict[str, list[UnreadableRow]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_absent: bool = False
    is_observed: bool = False
    event_days: tuple[EventDay, ...] = ()

    @property
    def source_table(self) -> str:
        """`stripe.customer`."""
        return self.table.source_table

    @property
    def lands_whole(self) -> bool:
        """Whether a key that is no longer there has vanished."""
        loads = self.new_loads or self.in_force
        return any(load.load_kind in ("whole", "observed") for load in loads)


@dataclass
class Arrivals:
    """All tables of a run, iterable, and what was noticed beside them.

    Attributes:
        run_id: name of the run, sorts by time.
        started_at: UTC.
        tables: one Arrival per table that is there or was there.
        missing: required tables that are not there.
        warnings: sentences for the report.
        references: seeds that the landing replaces: name -> (content hash, rows).
        reference_files: where their files lie.
        reference_rejections: seeds whose replacement does not fit.
        ledger: what earlier runs left in history.
    """

    run_id: str
    started_at: datetime
    tables: list[Arrival] = field(default_factory=list)
    missing: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    references: dict[str, tuple[str, int]] = field(default_factory=dict)
    reference_files: dict[str, Path] = field(default_factory=dict)
    reference_rejections: list[Rejection] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)

    def __iter__(self) -> Iterator[Arrival]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def of(self, source_table: str) -> Arrival | None:
        """The arrival of one table."""
        return next((item for item in self.tables if item.source_table == source_table), None)


@dataclass(frozen=True)
class MissingColumn:
    """A column that must be there and is not; `looks_like` names an unknown one it may be now."""

    name: str
    looks_like: str | None = None


@dataclass(frozen=True)
class TableProfile:
    """What arrival checks judge: aggregates only, no values.

    Attributes:
        load_ids: new loads of this run; empty where nothing new arrived (the rest then
            describes what is in force).
        is_new: whether something new arrived.
        lands_whole: volumes are judged only then.
        is_required: a rejection blocks the run.
        columns: lower-case names present in every new load.
        missing_required: required columns that a new load lacks.
        lost_columns: contract columns of the last accepted load that a new load lacks.
        unknown_columns: kept, nobody reads them.
        rows: rows that arrived, unreadable ones included.
        previous_rows: the same of the last accepted load; None if there was none.
        accepted_rows: the same of all accepted whole loads, latest first, `previous_rows` included.
        uncastable: values per typed column that do not cast to the contract's type.
        newest_synced: latest plausible sync time over everything in force once accepted (UTC).
        unreadable_rows: rows that could not be read.
        never_stale: its freshness is not judged.
        accepted_loads: how many loads were accepted before, batches included.
        rows_in_force: rows of everything in force once accepted.
        event_days: days that the new loads change, of a table of events.
    """

    source_table: str
    load_ids: tuple[str, ...]
    is_new: bool
    is_external: bool
    lands_whole: bool
    is_required: bool
    never_stale: bool
    columns: tuple[str, ...]
    missing_required: tuple[MissingColumn, ...]
    lost_columns: tuple[MissingColumn, ...]
    unknown_columns: tuple[str, ...]
    rows: int
    previous_rows: int | None
    accepted_rows: tuple[int, ...]
    uncastable: Mapping[str, int]
    newest_synced: datetime | None
    oldest_synced: datetime | None
    unreadable_rows: int
    accepted_loads: int = 0
    rows_in_force: int = 0
    event_days: tuple[EventDay, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the arrival checks say of a table's new loads.

    Attributes:
        outcome: `warned` comes in with a warning.
        rule: short name of the rule that decided; empty for `accepted`.
        load_ids: the loads concerned; empty = all new loads of the table.
    """

    source_table: str
    outcome: Outcome
    rule: str = ""
    message: str = ""
    load_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejection:
    """A load, a missing table or a reference file that was refused."""

    source_table: str
    rule: str
    message: str
    is_required: bool


@dataclass(frozen=True)
class LoadResult:
    """A load and what became of it: outcome `accepted` (in force) or `rejected`."""

    load: Load
    outcome: Outcome
    is_new: bool
    reason: str = ""


@dataclass
class AcceptReport:
    """What a run was given.

    Attributes:
        as_of_date: the day the run speaks for; None only where nothing says it (then blocked).
        loads: every load in force, and those rejected in this run; what would have come in had the
            run not been blocked is in neither.
        is_blocked: the run must not go on; raw.duckdb then is as the last published run left it.
        reasons: one sentence per reason for blocking.
        stale_tables: optional tables that stay at their last accepted load.
        disabled_sources: external tables switched off for this run (dbt var of that name).
        approved_load_ids: rejected loads that came in because somebody approved them.
    """

    run_id: str
    as_of_date: date | None
    loads: list[LoadResult] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    is_blocked: bool = False
    reasons: list[str] = field(default_factory=list)
    stale_tables: list[str] = field(default_factory=list)
    disabled_sources: list[str] = field(default_factory=list)
    approved_load_ids: list[str] = field(default_factory=list)
    raw_is_external: bool = False
