"""Raw tables in memory, and the three ways in which they reach the warehouse.

A `Landing` holds the state of the raw tables on one day, as rows (dicts). It can be written as
whole tables (one CSV each), as a batch (the rows that changed since an earlier state), or as a
DuckDB file that a connector fills.
"""

from __future__ import annotations

import copy
import csv
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from scenarios.columns import COLUMNS

Row = dict[str, Any]
Tables = dict[str, list[Row]]

# Rows of these tables the connector deletes; a log of batches marks them instead.
HARD_DELETED = (
    "stripe.subscription_item",
    "stripe.subscription_discount",
    "stripe.discount",
    "stripe.invoice_line_item",
)


def moment(when: str | datetime) -> datetime:
    """An ISO day or timestamp as a moment of UTC (without a zone, as the connector writes it)."""
    return when if isinstance(when, datetime) else datetime.fromisoformat(when)


def stamp(when: str | datetime) -> datetime:
    """The `_fivetran_synced` of something that happened at `when`: some minutes later."""
    return moment(when) + timedelta(minutes=5)


class Landing:
    """The raw tables on `today`.

    Args:
        today: ISO day on which the connector last synced.
        only: the tables that are written; None = all that have rows.
        catalogue: `price`, or `plan` for a connection of the older kind.
        item_price_column: column of `subscription_item` that names the price.
        lines_name_plans: invoice lines name their price in `plan_id`, as older ones do.
    """

    def __init__(
        self,
        today: str,
        only: Iterable[str] | None = None,
        catalogue: str = "price",
        item_price_column: str = "plan_id",
        lines_name_plans: bool = False,
    ) -> None:
        self.today = today
        self.only = None if only is None else set(only)
        self.catalogue = catalogue
        self.item_price_column = item_price_column
        self.lines_name_plans = lines_name_plans
        self.tables: Tables = {}

    def add(self, table: str, row: Row) -> Row:
        """Put a row into a table; the same dict may be changed later."""
        self.tables.setdefault(table, []).append(row)
        return row

    def remove(self, table: str, row: Row) -> None:
        """Take this very row out, as a hard delete does."""
        rows = self.tables[table]
        del rows[next(index for index, other in enumerate(rows) if other is row)]

    def state(self) -> Tables:
        """A copy of what would be landed today."""
        chosen = self.tables if self.only is None else self.only & set(self.tables)
        return {table: _with_timestamps(table, self.tables[table]) for table in sorted(chosen)}


def _with_timestamps(table: str, rows: list[Row]) -> list[Row]:
    """Copies in which a day that a story wrote as text is a moment, as the connector has it."""
    names = [name for name, data_type in COLUMNS.get(table, {}).items() if data_type == "timestamp"]
    names += ["start", "end"] if table.endswith("discount") else []
    copies = copy.deepcopy(rows)
    for row in copies:
        for name in names:
            if isinstance(row.get(name), str):
                with suppress(ValueError):  # a story about faults means its bad text
                    row[name] = moment(row[name])
    return copies


class Record:
    """One row of a raw table that the story may change or delete later."""

    def __init__(self, landing: Landing, table: str, row: Row) -> None:
        self.landing = landing
        self.table = table
        self.row = landing.add(table, row)

    @property
    def id(self) -> str:
        """The row's `id`."""
        return self.row["id"]

    def update(self, at: str, **columns: Any) -> None:
        """Change columns; the connector syncs the row some minutes later."""
        self.row.update(columns, _fivetran_synced=stamp(at))

    def delete(self) -> None:
        """Take the row away, as a hard delete does."""
        self.landing.remove(self.table, self.row)

    def restore(self, at: str) -> None:
        """Bring a deleted row back, synced again."""
        self.row["_fivetran_synced"] = stamp(at)
        self.landing.add(self.table, self.row)


def columns_of(table: str, rows: Sequence[Row]) -> list[str]:
    """The table's columns, then those that only some story uses."""
    known = list(COLUMNS.get(table, {}))
    return known + sorted({name for row in rows for name in row} - set(known))


def write_whole(folder: Path, tables: Tables) -> None:
    """Write every table as one CSV file, which replaces what was there."""
    for table, rows in tables.items():
        source, name = table.split(".")
        write_csv(folder / source / f"{name}.csv", columns_of(table, rows), rows)


def write_batch(folder: Path, name: str, before: Tables, now: Tables, day: str) -> None:
    """Write the rows that changed between two states as one more batch of each table.

    A row that is gone comes once more, marked, where the connector hard-deletes rows of that
    table; elsewhere the log just falls silent about it.
    """
    for table in sorted(set(before) | set(now)):
        source, short = table.split(".")
        old = {_content(row) for row in before.get(table, [])}
        changed = [row for row in now.get(table, []) if _content(row) not in old]
        if table in HARD_DELETED:
            kept = {_key(table, row) for row in now.get(table, [])}
            gone = [row for row in before.get(table, []) if _key(table, row) not in kept]
            mark = {"_fivetran_deleted": True, "_fivetran_synced": stamp(f"{day} 06:00:00")}
            changed += [{**row, **mark} for row in gone]
        names = columns_of(table, changed)
        write_csv(folder / source / short / f"{name}.csv", names, changed)


def write_duckdb(path: Path, tables: Tables) -> None:
    """Write the tables as schemas of a DuckDB file, typed, as a connector fills it."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for table, rows in tables.items():
            source, name = table.split(".")
            types = dict.fromkeys(columns_of(table, rows), "varchar") | COLUMNS[table]
            listed = ", ".join(f'"{column}" {data_type}' for column, data_type in types.items())
            connection.execute(f"create schema if not exists {source}")
            connection.execute(f"create table {source}.{name} ({listed})")
            marks = ", ".join("?" for _ in types)
            values = [[row.get(column) for column in types] for row in rows]
            connection.executemany(f"insert into {source}.{name} values ({marks})", values)


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows under a header; an absent value is an empty field."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_text(row.get(column)) for column in columns] for row in rows)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value)


def _content(row: Row) -> str:
    return json.dumps({name: _text(value) for name, value in row.items()}, sort_keys=True)


def _key(table: str, row: Row) -> tuple[Any, ...]:
    if table == "stripe.invoice_line_item":
        return (row["invoice_id"], row["id"])
    if table == "stripe.discount":
        return (row["id"], row["type"], row["type_id"])
    return (row["id"],)
