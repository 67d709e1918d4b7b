"""The careful reader of CSV: only for files that DuckDB's strict reader refuses.

It copies the rows that can be read into a clean file and names those that cannot. A row whose
quotes do not close costs that line alone: reading goes on at the next physical line.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from orchestration.landing.model import UnreadableRow

# A quoted cell rarely spans more lines; each try to close a quote may look this far ahead.
_FAR, _NEAR = 1_000, 20
# From this many columns on a line inside a cell that reads as a whole row is one: two broken rows
# would otherwise close each other's quotes and swallow every row between them.
_TELLING_COLUMNS = 4
_FLUSH = 20_000


@dataclass
class Cleaned:
    """What was found: rows that cannot be read, rows copied, bytes of the longest row."""

    unreadable: list[UnreadableRow] = field(default_factory=list)
    rows: int = 0
    longest: int = 0


def clean_csv(path: Path, target: Path, columns: int, header_lines: int) -> Cleaned:
    """Copy the readable rows of a CSV file, without its header, one record after the other.

    Args:
        path: the file as it landed.
        target: where the clean rows go.
        columns: number of fields of a row.
        header_lines: physical lines that the header takes.

    Returns:
        The unreadable rows by physical line (the header starts on line 1) and reason:
        `bad_utf8`, `nul_byte` or `ragged_row`.
    """
    cleaned = Cleaned()
    row = row_pattern(columns)
    with path.open("rb") as source, target.open("wb") as out:
        lines = _Lines(_physical_lines(source))
        for _ in range(header_lines):
            lines.take()
        batch: list[bytes] = []
        while (line := lines.take()) is not None:
            number = lines.number
            if not line and columns > 1:
                continue
            record: bytes | None = line
            # Most lines are plain rows; the rest takes its time.
            if not (line.isascii() and row.fullmatch(line)) or b"\0" in line:
                record = _whole_record(line, lines, row, columns, len(cleaned.unreadable))
                rule, reason = _fault(line if record is None else record, record is None, columns)
                if rule:
                    cleaned.unreadable.append(UnreadableRow(f"line {number}", rule, reason))
                    continue
            cleaned.rows += 1
            cleaned.longest = max(cleaned.longest, len(record or b""))
            batch.append(record or b"")
            if len(batch) >= _FLUSH:
                out.write(b"\n".join(batch) + b"\n")
                batch.clear()
        if batch:
            out.write(b"\n".join(batch) + b"\n")
    return cleaned


def row_pattern(columns: int) -> re.Pattern[bytes]:
    """Matches one whole row as DuckDB's strict reader takes it.

    Quotes stand around whole fields (blanks beside them are let pass), a quote inside a field
    without quotes is a character, and one comma may trail.
    """
    quoted = rb' *"[^"]*(?:""[^"]*)*" *'
    plain = rb'(?! *")[^,\r\n]*'
    cell = b"(?:" + quoted + b"|" + plain + b")"
    return re.compile(cell + b"(?:," + cell + b"){%d},?" % (columns - 1))


class _Lines:
    """Physical lines that can be looked at ahead of time."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[bytes] = deque()
        self.number = 0

    def take(self) -> bytes | None:
        line = self._ahead.popleft() if self._ahead else next(self._lines, None)
        self.number += line is not None
        return line

    def peek(self, offset: int) -> bytes | None:
        while len(self._ahead) <= offset:
            line = next(self._lines, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[offset]

    def skip(self, count: int) -> None:
        for _ in range(count):
            self.take()


def _physical_lines(source: BinaryIO) -> Iterator[bytes]:
    first = source.readline()
    if first.endswith(b"\n") or b"\r" not in first:
        for line in chain([first] if first else [], source):
            yield line.removesuffix(b"\n").removesuffix(b"\r")
        return
    # Lines of an old Mac end in a bare carriage return.
    yield from (first + source.read()).removesuffix(b"\r").split(b"\r")


def _whole_record(
    line: bytes, lines: _Lines, row: re.Pattern[bytes], columns: int, broken_so_far: int
) -> bytes | None:
    """The record that begins on this line, over as many lines as its quotes span, or None."""
    if row.fullmatch(line):
        return line
    if line.count(b'"') % 2 == 0:
        return None
    # A file full of open quotes would be read over and over: look less far once it is plainly bad.
    reach = _FAR if broken_so_far < _FAR else _NEAR
    parts = [line]
    for offset in range(reach):
        following = lines.peek(offset)
        if following is None:
            return None
        parts.append(following)
        if following.count(b'"') % 2 == 0:
            if columns >= _TELLING_COLUMNS and row.fullmatch(following):
                return None
            continue
        record = b"\n".join(parts)
        if not row.fullmatch(record):
            return None
        lines.skip(offset + 1)
        return record
    return None


def _fault(text: bytes, is_ragged: bool, columns: int) -> tuple[str, str]:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return "bad_utf8", f"byte {error.start + 1} of the row is not UTF-8"
    if b"\0" in text:
        return "nul_byte", "the row holds a NUL byte"
    if not is_ragged:
        return "", ""
    if text.count(b'"') % 2:
        return "ragged_row", "a quote is opened and not closed"
    fields = text.count(b",") + 1
    if b'"' in text or fields == columns:
        return "ragged_row", f"its quotes or commas do not give {columns} fields"
    return "ragged_row", f"{fields} fields where the header has {columns}"
