"""DuckDB connections of publish: no network, UTC, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.errors import UserError

Connection = duckdb.DuckDBPyConnection


@contextmanager
def connect(path: Path | None = None, read_only: bool = False) -> Iterator[Connection]:
    """Open a DuckDB file, or an empty database in memory.

    Args:
        path: the file; None for memory.
        read_only: other processes may read along.

    Raises:
        UserError: the file is open elsewhere, or is no DuckDB file.
    """
    try:
        connection = duckdb.connect(
            str(path) if path else ":memory:",
            read_only=read_only,
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        )
    except duckdb.Error as error:
        text = " ".join(str(error).split())
        raise UserError(f"{path} could not be opened: {text}") from None
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def attach(connection: Connection, path: Path, alias: str, read_only: bool = True) -> None:
    """Attach a file under a name that is not that of one of its schemas."""
    access = " (read_only)" if read_only else ""
    connection.execute(f"attach {literal(str(path))} as {quote(alias)}{access}")


def quote(name: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text literal in SQL."""
    return "'" + text.replace("'", "''") + "'"


def tables_of(connection: Connection, database: str, schema: str) -> list[str]:
    """Names of the tables of a schema, sorted; views are left out."""
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = ? and schema_name = ? and not internal order by table_name",
        [database, schema],
    ).fetchall()
    return [name for (name,) in rows]


def columns_of(connection: Connection, database: str, schema: str, table: str) -> dict[str, str]:
    """Column names and types in the table's order; {} where there is no such table."""
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [database, schema, table],
    ).fetchall()
    return dict(rows)


def utc_now() -> datetime:
    """The wall clock as tables keep it: UTC, in seconds, without offset."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
