"""What lies in raw.duckdb: tables in force, tables waiting, and the account of their loads.

Three names per table: `<source>.<table>` is in force; `_perennial_incoming_<table>` beside it waits
for the verdict of this run; `_perennial_previous_<table>` is what a run replaced, kept until that
run has published, so that a run which did not can be undone. They share a schema because a table
can be renamed within one and not moved between two: a whole load comes into force without a copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import duckdb

from orchestration.contract import Contract, TableContract
from orchestration.landing.casts import plan_column
from orchestration.landing.files import (
    LOAD_ID,
    LOADS,
    UNREADABLE,
    column_types,
    quote,
)
from orchestration.landing.model import Load, UnreadableRow

# A column to write: name, DuckDB type, SQL of its value.
Column = tuple[str, str, str]


def incoming(table: str) -> str:
    """Name of the loads that wait for their verdict."""
    return f"_perennial_incoming_{table}"


def incoming_name(table: TableContract) -> str:
    """The same as SQL takes it."""
    return f"{quote(table.source)}.{quote(incoming(table.table))}"


def previous(table: str) -> str:
    """Name of what an unpublished load replaced."""
    return f"_perennial_previous_{table}"


def write_rows(
    raw: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    columns: Sequence[Column],
    relation: str,
) -> int:
    """Append the rows of a relation to a table, which is created or widened as needed.

    Columns are matched by name. Where the table holds a column in another type, both become text:
    a raw column is of the contract's type only while all its loads are.

    Args:
        schema: schema in the connection's own file.
        columns: what to write.
        relation: SQL after `from`.

    Returns:
        The number of rows written.

    Raises:
        duckdb.Error: the relation cannot be read; the table then is as it was.
    """
    target = f"{quote(schema)}.{quote(table)}"
    held = column_types(raw, schema, table)
    if not held:
        values = ", ".join(f"({value})::{kind} as {quote(name)}" for name, kind, value in columns)
        return _count(raw.execute(f"create table {target} as select {values} from {relation}"))
    casts = []
    for name, kind, value in columns:
        if name not in held:
            raw.execute(f"alter table {target} add column {quote(name)} {kind}")
        elif held[name] not in (kind, "VARCHAR"):
            raw.execute(f"alter table {target} alter column {quote(name)} type varchar")
            kind = "VARCHAR"
        elif held[name] == "VARCHAR":
            kind = "VARCHAR"
        casts.append(f"({value})::{kind}")
    names = ", ".join(quote(name) for name, _, _ in columns)
    return _count(
        raw.execute(f"insert into {target} ({names}) select {', '.join(casts)} from {relation}")
    )


def repair(
    raw: duckdb.DuckDBPyConnection, contract: Contract, published_runs: Iterable[str]
) -> list[str]:
    """Bring raw.duckdb back to what the last published run was given.

    Loads of runs that did not publish go, what they replaced comes back, and nothing waits. In one
    transaction: a crash in here changes nothing.

    Returns:
        Tables whose unpublished loads were taken out.
    """
    published = set(published_runs)
    held = all_loads_in_force(raw)
    present = set(
        raw.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = current_database()"
        ).fetchall()
    )
    undone = []
    raw.execute("begin")
    for table in contract.tables:
        if (table.source, incoming(table.table)) in present:
            raw.execute(f"drop table {incoming_name(table)}")
        loads = held.get(table.source_table, [])
        unpublished = [load for load in loads if load.run_id not in published]
        has_previous = (table.source, previous(table.table)) in present
        if not unpublished:
            if has_previous:
                _forget_previous(raw, table)
            continue
        undone.append(table.source_table)
        if has_previous:
            _restore_previous(raw, table)
        elif len(unpublished) == len(loads):
            raw.execute(f"drop table if exists {_name(table)}")
        else:
            _delete_rows(raw, table, [load.load_id for load in unpublished])
        raw.execute(
            f"delete from {LOADS} where source_table = ? and is_in_force and not "
            "list_contains(?::varchar[], run_id)",
            [table.source_table, sorted(published)],
        )
        _tidy_unreadable(raw, table.source_table)
    raw.execute("commit")
    return undone


def all_loads_in_force(raw: duckdb.DuckDBPyConnection) -> dict[str, list[Load]]:
    """Loads whose rows lie in the tables of the sources, by table, in order of name."""
    rows = raw.execute(
        f"""select load_id, source_table, batch_name, load_kind, content_hash, rows_in,
            rows_unreadable, synced_from, synced_to, columns, run_id
        from {LOADS} where is_in_force order by source_table, batch_name, load_id"""
    ).fetchall()
    held: dict[str, list[Load]] = {}
    for row in rows:
        load = Load(*row[:9], columns=tuple(json.loads(row[9])), run_id=row[10])
        held.setdefault(load.source_table, []).append(load)
    return held


def put_in_force(
    raw: duckdb.DuckDBPyConnection,
    table: TableContract,
    loads: Sequence[Load],
    unreadable: dict[str, list[UnreadableRow]],
    run_id: str,
    published_runs: Iterable[str],
) -> None:
    """Move the waiting rows of a table into force: a whole load replaces, batches are appended.

    Call inside a transaction.
    """
    if any(load.load_kind == "whole" for load in loads):
        _set_aside(raw, table, set(published_runs))
    if column_types(raw, table.source, table.table):
        held = column_types(raw, table.source, incoming(table.table))
        columns = [(name, kind, quote(name)) for name, kind in held.items()]
        write_rows(raw, table.source, table.table, columns, incoming_name(table))
        raw.execute(f"drop table {incoming_name(table)}")
    else:
        raw.execute(f"alter table {incoming_name(table)} rename to {quote(table.table)}")
    for load in loads:
        _record(raw, table, load, run_id)
        rows = [
            (load.load_id, table.source_table, row.row_key, row.rule, row.reason)
            for row in unreadable.get(load.load_id, [])
        ]
        if rows:
            raw.executemany(f"insert into {UNREADABLE} values (?, ?, ?, ?, ?)", rows)


def _set_aside(raw: duckdb.DuckDBPyConnection, table: TableContract, published: set[str]) -> None:
    loads = all_loads_in_force(raw).get(table.source_table)
    if not loads:
        return
    if all(load.run_id in published for load in loads):
        raw.execute(f"alter table {_name(table)} rename to {quote(previous(table.table))}")
        raw.execute(
            f"update {LOADS} set is_in_force = false where source_table = ?", [table.source_table]
        )
        return
    raw.execute(f"drop table {_name(table)}")
    raw.execute(f"delete from {LOADS} where source_table = ? and is_in_force", [table.source_table])


def _restore_previous(raw: duckdb.DuckDBPyConnection, table: TableContract) -> None:
    raw.execute(f"drop table if exists {_name(table)}")
    name = f"{quote(table.source)}.{quote(previous(table.table))}"
    raw.execute(f"alter table {name} rename to {quote(table.table)}")
    raw.execute(f"delete from {LOADS} where source_table = ? and is_in_force", [table.source_table])
    raw.execute(
        f"update {LOADS} set is_in_force = true where source_table = ?", [table.source_table]
    )


def _forget_previous(raw: duckdb.DuckDBPyConnection, table: TableContract) -> None:
    raw.execute(f"drop table {quote(table.source)}.{quote(previous(table.table))}")
    raw.execute(
        f"delete from {LOADS} where source_table = ? and not is_in_force", [table.source_table]
    )
    _tidy_unreadable(raw, table.source_table)


def _delete_rows(raw: duckdb.DuckDBPyConnection, table: TableContract, ids: list[str]) -> None:
    """Write the table anew without some loads.

    Rewritten, as DuckDB cannot delete rows of a table and alter it in one transaction: a batch that
    made a column text is gone, so the column is of its type again if the rest casts.
    """
    left = f"{_name(table)} where not list_contains(?::varchar[], {LOAD_ID})"
    values = []
    for name, kind in column_types(raw, table.source, table.table).items():
        column = table.columns.get(name)
        wanted = column.data_type.upper() if column else kind
        value = quote(name)
        if kind == "VARCHAR" != wanted:
            plan = plan_column(name, name, kind, wanted)
            bad = raw.execute(f"select count(*) filter ({plan.uncastable}) from {left}", [ids])
            value = f"({plan.typed})::{wanted}" if _count(bad) == 0 else value
        values.append(f"{value} as {quote(name)}")
    rewritten = f"{quote(table.source)}.{quote(previous(table.table))}"
    raw.execute(f"create table {rewritten} as select {', '.join(values)} from {left}", [ids])
    raw.execute(f"drop table {_name(table)}")
    raw.execute(f"alter table {rewritten} rename to {quote(table.table)}")


def _record(raw: duckdb.DuckDBPyConnection, table: TableContract, load: Load, run_id: str) -> None:
    raw.execute(
        f"insert into {LOADS} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, true)",
        [
            load.load_id,
            run_id,
            table.source,
            table.table,
            table.source_table,
            load.batch_name,
            load.load_kind,
            load.content_hash,
            load.rows_in,
            load.rows_unreadable,
            load.synced_from,
            load.synced_to,
            json.dumps(list(load.columns)),
        ],
    )


def _tidy_unreadable(raw: duckdb.DuckDBPyConnection, source_table: str) -> None:
    raw.execute(
        f"delete from {UNREADABLE} where source_table = ? and load_id not in "
        f"(select load_id from {LOADS} where source_table = ?)",
        [source_table, source_table],
    )


def _name(table: TableContract) -> str:
    return f"{quote(table.source)}.{quote(table.table)}"


def _count(result: duckdb.DuckDBPyConnection) -> int:
    row = result.fetchone()
    return int(row[0]) if row else 0
