"""How many rows each day of an event table has, beside what its weekday usually has."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

import duckdb

from orchestration.landing.casts import plan_column
from orchestration.landing.files import LOAD_ID, column_types, quote
from orchestration.landing.model import Arrival, EventDay
from orchestration.landing.store import incoming

# A weekday's usual volume is that of the nearest few of its kind: last year's says little.
_NEAREST, _FEWEST = 8, 3

Counts = dict[date, int]


def event_days(
    raw: duckdb.DuckDBPyConnection, arrival: Arrival, accepted: Collection[str]
) -> tuple[EventDay, ...]:
    """The days that new loads change, as they will be once the loads are in force.

    Args:
        raw: connection to raw.duckdb, where the new loads wait.
        arrival: one table.
        accepted: ids of loads that were accepted before, if into another raw.duckdb: what they
            change is not judged again.

    Returns:
        One per day; none for a table whose days are not counted, or whose weekday came less than
        three times before.
    """
    table, column = arrival.table, arrival.table.counted_by_day_of
    judged = {load.load_id for load in arrival.new_loads} - set(accepted)
    if column is None or not judged:
        return ()
    new = _counts(raw, table.source, incoming(table.table), column)
    held = _in_force(raw, arrival, column)
    whole = {load.load_id for load in arrival.new_loads if load.load_kind == "whole"}
    arrived: Counts = defaultdict(int)
    touched: Counts = defaultdict(int)
    for (load_id, day), rows in new.items():
        arrived[day] += rows
        touched[day] += rows if load_id in judged else 0
    total = dict(arrived)
    if not whole:
        for day, rows in held.items():
            total[day] = total.get(day, 0) + rows
    changed = {
        day for day, rows in touched.items() if rows and not (whole and held.get(day) == rows)
    }
    return tuple(
        EventDay(day, total[day], usual)
        for day in sorted(changed)
        if (usual := _usual(total, day)) is not None
    )


def _in_force(raw: duckdb.DuckDBPyConnection, arrival: Arrival, column: str) -> Counts:
    held: Counts = defaultdict(int)
    if arrival.in_force:
        rows = _counts(raw, arrival.table.source, arrival.table.table, column)
        for (_, day), number in rows.items():
            held[day] += number
    return held


def _counts(
    raw: duckdb.DuckDBPyConnection, schema: str, table: str, column: str
) -> dict[tuple[str, date], int]:
    """Rows by load and day (UTC); rows without a readable time are on no day."""
    types = column_types(raw, schema, table)
    if column not in types:
        return {}
    moment = plan_column(column, column, types[column], "timestamp").typed
    rows = raw.execute(
        f"""select load_id, day, count(*)
        from (select {LOAD_ID} as load_id, cast({moment} as date) as day
            from {quote(schema)}.{quote(table)}) as dated
        where day between date '1971-01-01' and date '9998-12-31'
        group by load_id, day"""
    ).fetchall()
    return {(load_id, day): number for load_id, day, number in rows}


def _usual(counts: Mapping[date, int], day: date) -> float | None:
    """Median of the nearest same weekdays with rows; None where there are too few."""
    found: list[int] = []
    first, last = min(counts), max(counts)
    weeks = 1
    while len(found) < _NEAREST:
        earlier, later = day - timedelta(weeks=weeks), day + timedelta(weeks=weeks)
        if earlier < first and later > last:
            break
        found += [counts[each] for each in (earlier, later) if each in counts]
        weeks += 1
    return statistics.median(found) if len(found) >= _FEWEST else None
