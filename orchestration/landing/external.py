"""Raw tables that a connector fills (`PERENNIAL_RAW`): looked at, never written."""

from __future__ import annotations

import hashlib
import json

import duckdb

from orchestration.contract import Contract, TableContract
from orchestration.landing.casts import ColumnPlan, plan_column
from orchestration.landing.errors import LandingError
from orchestration.landing.files import database, quote
from orchestration.landing.model import Arrival, Arrivals, Load, Problem
from orchestration.landing.required import missing_tables
from orchestration.settings import Settings


def observe(
    settings: Settings, contract: Contract, arrivals: Arrivals, remembered: set[str]
) -> None:
    """Describe each contract table of the connector's file as one load `observed:<table>`.

    Args:
        arrivals: gets one Arrival per table that is there, and what is missing.
        remembered: tables the ledger knows.

    Raises:
        LandingError: the file is not there, is locked, or is no DuckDB file.
    """
    path = settings.raw_file
    if not path.is_file():
        raise LandingError(f"PERENNIAL_RAW {path} does not exist; it must be a DuckDB file.")
    with database(path, read_only=True) as raw:
        stored = _relations(raw)
        for table in contract.tables:
            columns = stored.get(table.source_table)
            if columns is None:
                continue
            arrival = Arrival(table, is_observed=True)
            try:
                arrival.new_loads.append(_observe_table(raw, table, columns))
            except duckdb.Error as error:
                message = str(error).splitlines()[0][:200]
                arrival.problems.append(
                    Problem(
                        "unreadable_table",
                        f"{table.source_table} in {path} cannot be read: {message}",
                        (_load_id(table),),
                        can_be_approved=False,
                    )
                )
            arrivals.tables.append(arrival)
    found = {arrival.source_table for arrival in arrivals}
    known = {name for name in remembered if contract.table(name)}
    arrivals.missing += missing_tables(
        contract, found, {}, known, lambda table: f"{table.source_table} in {path}"
    )
    blocking = {rejection.source_table for rejection in arrivals.missing}
    arrivals.warnings += [
        f"{name} is no longer in {path}; the source is off."
        for name in sorted(known - found - blocking)
    ]


def _relations(raw: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Columns with types, in order, of every table and view; all names in lower case."""
    rows = raw.execute(
        """select lower(schema_name) || '.' || lower(table_name), column_name, data_type
        from duckdb_columns()
        where database_name = current_database() and not internal
        order by schema_name, table_name, column_index"""
    ).fetchall()
    relations: dict[str, dict[str, str]] = {}
    for name, column, kind in rows:
        relations.setdefault(name, {})[column] = kind
    return relations


def _observe_table(
    raw: duckdb.DuckDBPyConnection, table: TableContract, columns: dict[str, str]
) -> Load:
    """One pass over the table: rows, sync times, values that do not cast."""
    plans: list[ColumnPlan] = []
    synced = "null::timestamp"
    for stored_name, kind in columns.items():
        name = stored_name.lower()
        contract = table.columns.get(name)
        if contract is not None:
            plan = plan_column(stored_name, name, kind, contract.data_type)
            if plan.can_fail:
                plans.append(plan)
        if name == table.synced_at:
            moment = plan_column(stored_name, name, kind, "timestamp").typed
            synced = (
                f"case when {moment} >= timestamp '1971-01-01' "
                f"and {moment} < timestamp '9999-01-01' then {moment} end"
            )
    counts = "".join(f", count(*) filter ({plan.uncastable})" for plan in plans)
    row = raw.execute(
        f"select count(*), min({synced}), max({synced}){counts} "
        f"from {quote(table.source)}.{quote(table.table)}"
    ).fetchone()
    assert row is not None  # noqa: S101 -- an aggregate without groups gives one row
    rows, synced_from, synced_to, *uncastable = row
    names = tuple(name.lower() for name in columns)
    facts = json.dumps([rows, str(synced_from), str(synced_to), names])
    return Load(
        load_id=_load_id(table),
        source_table=table.source_table,
        batch_name="observed",
        load_kind="observed",
        content_hash=hashlib.sha256(facts.encode()).hexdigest(),
        rows_in=rows,
        synced_from=synced_from,
        synced_to=synced_to,
        columns=names,
        uncastable={
            plan.name: int(number) for plan, number in zip(plans, uncastable, strict=True) if number
        },
    )


def _load_id(table: TableContract) -> str:
    return f"observed:{table.source_table}"
