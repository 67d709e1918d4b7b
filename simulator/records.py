"""Rows of the customer-success sources as facts: each key with its versions and their moments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from simulator.clock import SyncSchedule


class Record(NamedTuple):
    """One key of a table: (moment, row) of each version in order of time."""

    versions: tuple[tuple[int, tuple[Any, ...]], ...]
    is_fresh: bool = False  # brought anew by every run, changed or not


class Records:
    """All records by table name, `source.table`."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Record]] = {}

    def add(
        self, table: str, *versions: tuple[int, tuple[Any, ...]], is_fresh: bool = False
    ) -> None:
        """Add a key; of versions of one moment the last counts."""
        ordered = tuple(sorted(versions, key=lambda each: each[0]))
        self.tables.setdefault(table, []).append(Record(ordered, is_fresh))

    def rows(
        self, table: str, known: int, since: int, schedule: SyncSchedule, delay: int
    ) -> Iterator[tuple]:
        """Yield the rows a connector holds at `known` that it wrote after `since`."""
        for record in self.tables.get(table, ()):
            found = None
            for at, row in record.versions:
                if at > known:
                    break
                found = (at, row)
            if found is None:
                continue
            slot = schedule.slot(known if record.is_fresh else found[0])
            if slot > since:
                yield (*found[1], slot + delay)
