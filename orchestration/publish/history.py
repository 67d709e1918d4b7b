"""What a publish adds to `history.duckdb`: a set, so adding it twice adds nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.files import fsync_path, remove_all
from orchestration.landing.approvals import read_approvals
from orchestration.publish.database import (
    Connection,
    attach,
    columns_of,
    connect,
    quote,
    tables_of,
)
from orchestration.settings import Settings

_LEDGER = """
    load_id varchar, source_name varchar, table_name varchar, source_table varchar,
    batch_name varchar, load_kind varchar, content_hash varchar, rows_in bigint,
    rows_unreadable bigint, synced_from timestamp, synced_to timestamp, columns varchar,
    outcome varchar, reason varchar, run_id varchar, accepted_at timestamp
"""
_REFRESHES = """
    run_id varchar, as_of_date date, published_at timestamp, data_through varchar,
    stale_sources varchar
"""
_APPROVALS = """
    load_id varchar, approved_by varchar, why varchar, approved_at timestamp, run_id varchar
"""


@dataclass(frozen=True)
class SourceFreshness:
    """Until when a source's data reach.

    Attributes:
        data_through: day of its newest row; None where it has none.
        is_stale: it stayed at an earlier load, or its newest row is too old.
    """

    source: str
    data_through: date | None
    is_stale: bool


@dataclass(frozen=True)
class RunFacts:
    """What a publish has to know of the run.

    Attributes:
        published_at: wall clock in UTC, without offset.
        dbt_vars: what dbt was given.
    """

    run_id: str
    as_of_date: date
    started_at: datetime
    published_at: datetime
    sources: Sequence[SourceFreshness]
    dbt_vars: Mapping[str, Any]
    landing: str
    stale_tables: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def refresh_row(self) -> dict[str, Any]:
        """The run as `dim_refreshes` tells it."""
        return {
            "run_id": self.run_id,
            "as_of_date": self.as_of_date,
            "published_at": self.published_at,
            "data_through": json.dumps(self.data_through),
            "stale_sources": ", ".join(self.stale_sources) or None,
        }

    @property
    def stale_sources(self) -> list[str]:
        """Names of stale sources, sorted."""
        return sorted(source.source for source in self.sources if source.is_stale)

    @property
    def data_through(self) -> dict[str, str | None]:
        """Day per source as ISO text."""
        return {
            source.source: source.data_through.isoformat() if source.data_through else None
            for source in sorted(self.sources, key=lambda source: source.source)
        }


def back_up(settings: Settings, run_id: str) -> Path | None:
    """Copy history aside before it is appended to; the last N copies stay.

    Returns:
        the copy; None where there is no history yet.
    """
    if not settings.history_file.exists():
        return None
    with connect(settings.history_file) as history:
        history.execute("checkpoint")  # a log left by a crash would not be in the copy
    folder = settings.home / "history_backups"
    folder.mkdir(exist_ok=True)
    copy = folder / f"{run_id}.duckdb"
    aside = folder / f".{run_id}.duckdb"
    shutil.copyfile(settings.history_file, aside)
    fsync_path(aside)
    aside.replace(copy)
    remove_all(sorted(folder.glob("[!.]*.duckdb"))[: -settings.keep_versions])
    remove_all(path for path in folder.glob(".*.duckdb") if path != aside)
    return copy


def append(settings: Settings, facts: RunFacts) -> dict[str, int]:
    """Append the run's memory, loads and approvals in one transaction.

    Returns:
        table name to rows added; tables without new rows are left out.
    """
    added: dict[str, int] = {}
    with connect(settings.history_file) as history:
        attach(history, settings.build_file, "build")
        attach(history, settings.run_file, "given")
        home = settings.history_file.stem
        history.execute("begin")
        history.execute("create schema if not exists memory")
        for table in tables_of(history, "build", "memory"):
            added[table] = _append_memory(history, home, table)
        added["ledger"] = _append_ledger(history, home, facts)
        added["refreshes"] = _append_refreshes(history, facts)
        added["approvals"] = _append_approvals(history, settings, facts)
        history.execute("commit")
        history.execute("checkpoint")
    return {table: rows for table, rows in added.items() if rows}


def _append_memory(history: Connection, home: str, table: str) -> int:
    here = f"{quote(home)}.memory.{quote(table)}"
    there = f"build.memory.{quote(table)}"
    _add_columns(history, home, table, columns_of(history, "build", "memory", table))
    # A version seen twice in one build would otherwise be remembered twice.
    return _count(
        history.execute(
            f"""
            insert into {here} by name
            select * from {there}
            where version_id not in (select version_id from {here})
            qualify row_number() over (partition by version_id) = 1
            """
        )
    )


def _append_ledger(history: Connection, home: str, facts: RunFacts) -> int:
    history.execute(f"create table if not exists memory.ledger ({_LEDGER})")
    given = columns_of(history, "given", "run", "loads")
    known = columns_of(history, home, "memory", "ledger")
    shared = ", ".join(quote(name) for name in given if name in known)
    return _count(
        history.execute(
            f"""
            insert into memory.ledger by name
            select {shared}, $run_id as run_id, $accepted_at::timestamp as accepted_at
            from given.run.loads
            where outcome = 'accepted'
                and is_new
                and load_id not in (select load_id from memory.ledger where run_id = $run_id)
            """,
            {"run_id": facts.run_id, "accepted_at": facts.published_at},
        )
    )


def _append_refreshes(history: Connection, facts: RunFacts) -> int:
    history.execute(f"create table if not exists memory.refreshes ({_REFRESHES})")
    row = facts.refresh_row()
    fields = ", ".join(f"${name} as {name}" for name in row)
    return _count(
        history.execute(
            f"insert into memory.refreshes by name select {fields} "
            "where not exists (from memory.refreshes where run_id = $run_id)",
            row,
        )
    )


def _append_approvals(history: Connection, settings: Settings, facts: RunFacts) -> int:
    history.execute(f"create table if not exists memory.approvals ({_APPROVALS})")
    return sum(
        _count(
            history.execute(
                """
                insert into memory.approvals by name
                select $load_id as load_id, $by as approved_by, $why as why,
                    $at::timestamptz::timestamp as approved_at, $run as run_id
                where not exists (
                    from memory.approvals
                    where load_id = $load_id and approved_at = $at::timestamptz::timestamp
                )
                """,
                {**asdict(approval), "run": facts.run_id},
            )
        )
        for approval in read_approvals(settings).values()
    )


def _add_columns(history: Connection, home: str, table: str, wanted: dict[str, str]) -> None:
    here = columns_of(history, home, "memory", table)
    if not here:
        declared = ", ".join(f"{quote(name)} {kind}" for name, kind in wanted.items())
        history.execute(f"create table memory.{quote(table)} ({declared})")
        return
    for name, kind in wanted.items():
        if name not in here:
            history.execute(f"alter table memory.{quote(table)} add column {quote(name)} {kind}")


def _count(result: Connection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0
