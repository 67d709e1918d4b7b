"""The first half of accept: read what is new in the landing, put nothing in force."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.contract import Contract, TableContract
from orchestration.landing.as_of import as_of_day
from orchestration.landing.casts import plan_column
from orchestration.landing.discover import LandedFile, Landing, discover
from orchestration.landing.event_days import event_days
from orchestration.landing.external import observe
from orchestration.landing.files import (
    LOAD_ID,
    column_types,
    create_raw_schemas,
    database,
    prepare,
    private_files,
)
from orchestration.landing.ledger import read_ledger
from orchestration.landing.model import (
    Arrival,
    Arrivals,
    Ledger,
    Load,
    Problem,
    UnreadableRow,
    make_load_id,
)
from orchestration.landing.read import FileFacts, examine, read_file
from orchestration.landing.reference import check_references
from orchestration.landing.required import missing_tables
from orchestration.landing.store import all_loads_in_force, incoming, incoming_name, repair
from orchestration.settings import Settings

# Shares are judged only from here on: below, one bad row is no sign of a bad load.
MIN_ROWS, MIN_BAD_ROWS, MAX_BAD_SHARE = 1_000, 10, 0.001
# A NUL byte sets its row aside and says nothing about the load.
_JUDGED_BY_SHARE = ("bad_utf8", "ragged_row")


def stage_arrivals(settings: Settings, contract: Contract, run_id: str | None = None) -> Arrivals:
    """Read every load that is not in force yet into a waiting table of raw.duckdb.

    First raw.duckdb is brought back to what the last published run was given. With
    `settings.external_raw` nothing is read, the connector's tables are only looked at.

    Args:
        run_id: name of the run; made up from the time where it is None.

    Raises:
        LandingError: a path, a lock or a damaged file; bad data never raises.
    """
    started_at = datetime.now(UTC).replace(tzinfo=None)
    prepare(settings, contract)
    ledger = read_ledger(settings)
    arrivals = Arrivals(run_id or new_run_id(started_at), started_at, ledger=ledger)
    if settings.external_raw is not None:
        observe(settings, contract, arrivals, set(ledger.loads))
        if not _is_demo(settings) and settings.landing.is_dir():
            landing = discover(settings.landing, Contract([]))
            check_references(settings, landing.references, arrivals)
        return arrivals
    landing = discover(settings.landing, contract)
    arrivals.warnings += landing.warnings
    scratch = settings.home / ".accept"
    shutil.rmtree(scratch, ignore_errors=True)
    with private_files():
        scratch.mkdir(parents=True)
    try:
        with database(settings.raw_file) as raw:
            _stage_tables(raw, contract, landing, ledger, arrivals, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _note_absences(settings, contract, landing, ledger, arrivals)
    check_references(settings, landing.references, arrivals)
    return arrivals


def new_run_id(started_at: datetime) -> str:
    """Name of a run: sorts by time, unique also within a second."""
    return f"{started_at:%Y%m%dT%H%M%S}_{secrets.token_hex(3)}"


def provisional_as_of(settings: Settings, arrivals: Arrivals) -> date | None:
    """The day the run will speak for if everything that arrived is accepted."""
    loads = [
        load
        for arrival in arrivals
        for load in [
            *arrival.new_loads,
            *(arrival.in_force if not (arrival.new_loads and arrival.lands_whole) else []),
        ]
    ]
    return as_of_day(settings, loads)


def _stage_tables(
    raw: duckdb.DuckDBPyConnection,
    contract: Contract,
    landing: Landing,
    ledger: Ledger,
    arrivals: Arrivals,
    scratch: Path,
) -> None:
    create_raw_schemas(raw, contract.sources)
    undone = repair(raw, contract, ledger.published_runs)
    if undone:
        arrivals.warnings.append(
            f"An earlier run did not publish; what it loaded is loaded again: {', '.join(undone)}."
        )
    held = all_loads_in_force(raw)
    for table in contract.tables:
        arrival = Arrival(table, in_force=held.get(table.source_table, []))
        names = landing.ambiguous.get(table.source_table)
        if names:
            arrival.problems.append(
                Problem(
                    "ambiguous_files",
                    f"{table.source_table} lies in the landing more than once "
                    f"({', '.join(names)}); leave one file or one folder.",
                    (),
                    can_be_approved=False,
                )
            )
        for file in landing.tables.get(table.source_table, []):
            _stage_file(raw, file, arrival, ledger, arrivals, scratch)
        arrival.new_loads = _with_synced_range(raw, table, arrival.new_loads)
        accepted = {load.load_id for load in ledger.loads.get(table.source_table, [])}
        arrival.event_days = event_days(raw, arrival, accepted)
        arrival.is_absent = not landing.tables.get(table.source_table) and not names
        if arrival.new_loads or arrival.in_force or arrival.problems:
            arrivals.tables.append(arrival)


def _stage_file(
    raw: duckdb.DuckDBPyConnection,
    file: LandedFile,
    arrival: Arrival,
    ledger: Ledger,
    arrivals: Arrivals,
    scratch: Path,
) -> None:
    table = arrival.table
    facts = examine(file.path)
    load_id = make_load_id(table.source_table, file.batch_name, facts.content_hash)
    if any(load.load_id == load_id for load in arrival.in_force):
        return
    if file.is_batch:
        _warn_of_changed_batch(file, facts, arrival, ledger, arrivals)
    result = read_file(raw, file.path, facts, table, load_id, scratch)
    label = f"{table.source_table} ({file.path.name})"
    arrivals.warnings += [f"{label}: {warning}." for warning in result.warnings]
    arrival.new_loads.append(
        Load(
            load_id=load_id,
            source_table=table.source_table,
            batch_name=file.batch_name,
            load_kind="batch" if file.is_batch else "whole",
            content_hash=facts.content_hash,
            rows_in=result.rows + len(result.unreadable),
            rows_unreadable=len(result.unreadable),
            columns=result.columns,
            uncastable=result.uncastable,
        )
    )
    arrival.unreadable[load_id] = result.unreadable
    if result.failure:
        rule, reason = result.failure
        arrival.problems.append(
            Problem(rule, f"{label} cannot be read: {reason}.", (load_id,), can_be_approved=False)
        )
    arrival.problems += _too_many_unreadable(label, arrival.new_loads[-1], result.unreadable)


def _warn_of_changed_batch(
    file: LandedFile, facts: FileFacts, arrival: Arrival, ledger: Ledger, arrivals: Arrivals
) -> None:
    known = [*arrival.in_force, *ledger.loads.get(arrival.source_table, [])]
    same_name = [load for load in known if load.batch_name == file.batch_name]
    if same_name and all(load.content_hash != facts.content_hash for load in same_name):
        arrivals.warnings.append(
            f"{arrival.source_table}: batch {file.batch_name} was loaded before with other "
            "content; it is loaded as a new batch beside that one."
        )


def _too_many_unreadable(label: str, load: Load, unreadable: list[UnreadableRow]) -> list[Problem]:
    counts = Counter(row.rule for row in unreadable)
    problems = []
    for rule in _JUDGED_BY_SHARE:
        bad = counts[rule]
        if load.rows_in >= MIN_ROWS and bad >= MIN_BAD_ROWS and bad / load.rows_in > MAX_BAD_SHARE:
            first = next(row for row in unreadable if row.rule == rule)
            problems.append(
                Problem(
                    rule,
                    f"{label}: {bad:,} of {load.rows_in:,} rows cannot be read ({rule}, "
                    f"over {MAX_BAD_SHARE:.1%}); the first is {first.row_key}: {first.reason}.",
                    (load.load_id,),
                )
            )
    return problems


def _with_synced_range(
    raw: duckdb.DuckDBPyConnection, table: TableContract, loads: list[Load]
) -> list[Load]:
    """The loads with the range of their sync times, placeholder dates left out."""
    held = column_types(raw, table.source, incoming(table.table)) if loads else {}
    if table.synced_at not in held:
        return loads
    plan = plan_column(table.synced_at, table.synced_at, held[table.synced_at], "timestamp")
    rows = raw.execute(
        f"""select load_id, min(synced_at), max(synced_at)
        from (select {LOAD_ID} as load_id, {plan.typed} as synced_at
            from {incoming_name(table)}) as synced
        where synced_at >= timestamp '1971-01-01' and synced_at < timestamp '9999-01-01'
        group by load_id"""
    ).fetchall()
    ranges = {row[0]: (row[1], row[2]) for row in rows}
    return [_with_range(load, *ranges.get(load.load_id, (None, None))) for load in loads]


def _with_range(load: Load, synced_from: datetime | None, synced_to: datetime | None) -> Load:
    return replace(load, synced_from=synced_from, synced_to=synced_to)


def _note_absences(
    settings: Settings,
    contract: Contract,
    landing: Landing,
    ledger: Ledger,
    arrivals: Arrivals,
) -> None:
    landed = {name for name, files in landing.tables.items() if files} | set(landing.ambiguous)
    held = {arrival.source_table: arrival.in_force for arrival in arrivals}
    arrivals.missing += missing_tables(
        contract,
        landed,
        held,
        {name for name in ledger.loads if contract.table(name)},
        lambda table: (
            f"{table.table}.csv, {table.table}.parquet or a folder {table.table}/ with batches in "
            f"{settings.landing / table.source}"
        ),
    )
    blocking = {rejection.source_table for rejection in arrivals.missing}
    for arrival in arrivals:
        if arrival.is_absent and arrival.lands_whole and arrival.source_table not in blocking:
            arrivals.warnings.append(
                f"{arrival.source_table} is no longer in the landing; "
                "it stays at its last accepted load."
            )
    for source_table, loads in ledger.loads.items():
        if contract.table(source_table) is None or source_table in blocking:
            continue
        known = arrivals.of(source_table)
        if known is None:
            arrivals.warnings.append(
                f"{source_table} was loaded before, but lies neither in raw.duckdb nor in the "
                "landing any more; the source is off."
            )
        elif not known.in_force and known.new_loads:
            _warn_of_lost_batches(source_table, loads, known, arrivals)


def _warn_of_lost_batches(
    source_table: str, loads: list[Load], arrival: Arrival, arrivals: Arrivals
) -> None:
    read = {load.load_id for load in arrival.new_loads}
    lost = [load for load in loads if load.load_kind == "batch" and load.load_id not in read]
    if lost and all(load.load_kind == "batch" for load in arrival.new_loads):
        arrivals.warnings.append(
            f"{source_table}: raw.duckdb is new, and {len(lost)} batches that were loaded before "
            "are no longer in the landing; their rows are missing."
        )


def _is_demo(settings: Settings) -> bool:
    return settings.landing == settings.project_dir / "seeds" / "raw"
