"""What history.duckdb knows of earlier runs; accept only reads it."""

from __future__ import annotations

import json

import duckdb

from orchestration.landing.files import database
from orchestration.landing.model import Ledger, Load
from orchestration.settings import Settings

_COLUMNS = (
    "load_id, source_table, batch_name, load_kind, content_hash, rows_in, rows_unreadable, "
    "synced_from, synced_to, columns, run_id"
)


def read_ledger(settings: Settings) -> Ledger:
    """Read `memory.ledger` and `memory.refreshes`, each of which may not be there yet.

    Raises:
        LandingError: history.duckdb is locked or damaged.
    """
    ledger = Ledger()
    if not settings.history_file.exists():
        return ledger
    with database(settings.history_file, read_only=True) as history:
        tables = {
            row[0]
            for row in history.execute(
                "select table_name from duckdb_tables() where schema_name = 'memory' "
                "and database_name = current_database()"
            ).fetchall()
        }
        if "ledger" in tables:
            _read_loads(history, ledger)
        for table in tables & {"ledger", "refreshes"}:
            rows = history.execute(f"select distinct run_id from memory.{table}").fetchall()
            ledger.published_runs |= {row[0] for row in rows}
    return ledger


def _read_loads(history: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    rows = history.execute(
        f"select {_COLUMNS} from memory.ledger "
        "order by accepted_at desc, run_id desc, batch_name desc"
    ).fetchall()
    for row in rows:
        columns = tuple(json.loads(row[9])) if row[9] else ()
        load = Load(*row[:9], columns=columns, run_id=row[10])
        ledger.loads.setdefault(load.source_table, []).append(load)
