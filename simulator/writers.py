"""Writing tuples as CSV or parquet files."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pyarrow.parquet

_TYPES = {
    "s": pyarrow.string(),
    "i": pyarrow.int64(),
    "f": pyarrow.float64(),
    "b": pyarrow.bool_(),
    "t": pyarrow.timestamp("s"),
}


def write_table(
    path: Path, columns: list[tuple[str, str]], rows: Iterable[tuple], file_format: str
) -> int:
    """Write rows to `path`; columns are (name, kind of `tables`). Return the number of rows.

    CSV: timestamps with a Z, empty for null; parquet: timestamps in microseconds, UTC
    without a zone. A table without rows has a header. Raises ValueError for another format.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = list(rows)
    by_column: list[Any] = list(zip(*listed, strict=True)) if listed else [()] * len(columns)
    arrays = [_array(values, kind) for values, (_, kind) in zip(by_column, columns, strict=True)]
    table = pyarrow.table(arrays, names=[name for name, _ in columns])
    if file_format == "parquet":
        pyarrow.parquet.write_table(table, path, compression="zstd")
    elif file_format == "csv":
        _write_csv(table, path)
    else:
        raise ValueError(f"unknown file format {file_format!r}: csv or parquet")
    return len(listed)


def _array(values: tuple, kind: str) -> pyarrow.Array:
    array = pyarrow.array(values, type=_TYPES[kind])
    # DuckDB formats only timestamps in microseconds as it is told.
    return array.cast(pyarrow.timestamp("us")) if kind == "t" else array


def _write_csv(table: pyarrow.Table, path: Path) -> None:
    target = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.register("rows_to_write", table)
        connection.execute(
            f"copy (select * from rows_to_write) to '{target}' "
            "(format csv, header, timestampformat '%Y-%m-%dT%H:%M:%SZ')"
        )


def write_reference(path: Path, header: list[str], rows: Iterable[tuple]) -> None:
    """Write a small reference seed as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
