"""The DuckDB files of accept: opening them, their schemas, names in SQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.contract import Contract
from orchestration.landing.errors import LandingError
from orchestration.settings import Settings

# Facts about the loads in raw.duckdb: not history (that is the ledger), only what lies there now.
LOADS = "_perennial.loads"
UNREADABLE = "_perennial.unreadable_rows"
LOAD_ID = "_perennial_load_id"

_LOAD_COLUMNS = """
    load_id varchar, run_id varchar, source_name varchar, table_name varchar,
    source_table varchar, batch_name varchar, load_kind varchar, content_hash varchar,
    rows_in bigint, rows_unreadable bigint, synced_from timestamp, synced_to timestamp,
    columns varchar, is_in_force boolean
"""
_UNREADABLE_COLUMNS = """
    load_id varchar, source_table varchar, row_key varchar, rule varchar, reason varchar
"""
_RUN_TABLES = (
    """create table if not exists run.run.runs (
        run_id varchar, as_of_date date, started_at timestamp, raw_is_external boolean)""",
    """create table if not exists run.run.loads (
        load_id varchar, source_name varchar, table_name varchar, source_table varchar,
        batch_name varchar, load_kind varchar, content_hash varchar, rows_in bigint,
        rows_unreadable bigint, synced_from timestamp, synced_to timestamp, columns varchar,
        outcome varchar, is_new boolean, reason varchar)""",
    f"create table if not exists run.run.unreadable_rows ({_UNREADABLE_COLUMNS})",
    """create table if not exists run.run.reference_loads (
        seed_name varchar, content_hash varchar, rows_in bigint)""",
)


def quote(name: str) -> str:
    """A name as SQL takes it, whatever it is (`end` and `interval` are reserved)."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal in SQL."""
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def private_files() -> Iterator[None]:
    """What is created inside is readable by its owner alone (umask 077)."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def database(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC that fetches nothing from the network; closed at the end.

    Raises:
        LandingError: the file is locked by another process, or is no DuckDB file.
    """
    with private_files():
        connection = _open(path, read_only)
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _open(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(
            str(path),
            read_only=read_only,
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        )
    except duckdb.Error as error:
        raise LandingError(open_failure(path, error)) from None


def open_failure(path: Path, error: Exception) -> str:
    """Why a DuckDB file could not be opened, and what to do."""
    message = " ".join(str(error).split())
    if "lock" in message.lower():
        return (
            f"{path} is open in another process (a running load, a SQL shell, a notebook). "
            "Close it and try again."
        )
    if "different configuration" in message:
        return f"{path} is still open in this process with other settings."
    if "not a valid DuckDB" in message or "Corrupt" in message or "corrupt" in message:
        return f"{path} is not a DuckDB file, or it is damaged: {message[:200]}"
    if "version" in message and "newer" in message:
        return f"{path} was written by a newer DuckDB than this one can read."
    return f"{path} could not be opened: {message[:300]}"


def prepare(settings: Settings, contract: Contract | None = None) -> None:
    """Create the state files with their schemas where they are missing, so that dbt can attach.

    Args:
        settings: where `PERENNIAL_HOME` is.
        contract: its sources get a schema in raw.duckdb.

    Raises:
        LandingError: a file is locked or damaged, or the folder cannot be written.
    """
    with private_files():
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LandingError(f"PERENNIAL_HOME {settings.home}: {error.strerror}") from None
    if settings.external_raw is None and not settings.raw_file.exists():
        with database(settings.raw_file) as raw:
            create_raw_schemas(raw, contract.sources if contract else [])
    if not settings.history_file.exists():
        # Only ever created here; its content is the business of publish.
        with database(settings.history_file) as history:
            history.execute("create schema if not exists memory")
    _discard_if_damaged(settings.run_file)
    if not settings.run_file.exists():
        with database(settings.run_file) as run:
            create_run_tables(run)


def create_raw_schemas(raw: duckdb.DuckDBPyConnection, sources: list[str]) -> None:
    """Schemas of the sources and the tables that keep account of what lies in them."""
    raw.execute("create schema if not exists _perennial")
    raw.execute(f"create table if not exists {LOADS} ({_LOAD_COLUMNS})")
    raw.execute(f"create table if not exists {UNREADABLE} ({_UNREADABLE_COLUMNS})")
    for source in sources:
        raw.execute(f"create schema if not exists {quote(source)}")


def create_run_tables(run: duckdb.DuckDBPyConnection) -> None:
    """Empty tables of run.duckdb where they are missing."""
    run.execute("create schema if not exists run.run")
    run.execute("create schema if not exists run.reference")
    for statement in _RUN_TABLES:
        run.execute(statement)


def tables_in(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """Names of the tables of a schema in the connection's own file."""
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where schema_name = ? and database_name = current_database() order by 1",
        [schema],
    ).fetchall()
    return [row[0] for row in rows]


def column_types(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    """Lower-case column names and types of a table in the connection's own file; {} if absent."""
    rows = connection.execute(
        "select lower(column_name), data_type from duckdb_columns() "
        "where schema_name = ? and table_name = ? and database_name = current_database() "
        "order by column_index",
        [schema, table],
    ).fetchall()
    return dict(rows)


def _discard_if_damaged(path: Path) -> None:
    # run.duckdb is written anew by every accept: damage in it must not need a hand.
    if not path.exists():
        return
    try:
        duckdb.connect(str(path)).close()
    except duckdb.Error as error:
        if "lock" not in str(error).lower() and "different configuration" not in str(error):
            path.unlink()
