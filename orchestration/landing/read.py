"""Reading one landed file into the table where its loads wait for their verdict."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.contract import TableContract
from orchestration.landing.casts import UNCASTABLE, ColumnPlan, plan_column
from orchestration.landing.clean_csv import clean_csv
from orchestration.landing.errors import LandingError
from orchestration.landing.files import LOAD_ID, private_files, quote, text
from orchestration.landing.model import UnreadableRow
from orchestration.landing.store import Column, incoming, incoming_name, write_rows

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_RESERVED = "_perennial_"
# Control characters, and what stands for bytes that are not UTF-8.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class FileFacts:
    """A file's bytes in short.

    Attributes:
        content_hash: sha256, hex.
        lines: physical lines; 0 for a Parquet file.
        has_nul: a NUL byte is somewhere in a CSV file.
        stamp: size and time of change, to see a file that is still being written.
    """

    content_hash: str
    lines: int
    has_nul: bool
    stamp: tuple[int, int]


@dataclass
class ReadResult:
    """What became of a file.

    Attributes:
        rows: rows that wait in the incoming table.
        columns: lower-case names in the file's order.
        uncastable: values per typed column that do not cast.
        failure: why nothing could be read: (rule, what is wrong); None if it was read.
    """

    rows: int = 0
    columns: tuple[str, ...] = ()
    unreadable: list[UnreadableRow] = field(default_factory=list)
    uncastable: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    failure: tuple[str, str] | None = None


class UnusableFile(Exception):
    """Nothing of a file can be read: `rule`, and what is wrong as the end of a sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def examine(path: Path) -> FileFacts:
    """Hash a file and look at its bytes.

    Raises:
        LandingError: it cannot be opened.
    """
    is_csv = path.suffix.lower() == ".csv"
    digest = hashlib.sha256()
    lines, has_nul, last = 0, False, b"\n"
    try:
        stamp = _stamp(path)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                if is_csv:
                    lines += block.count(b"\n")
                    has_nul = has_nul or b"\0" in block
                    last = block[-1:]
    except OSError as error:
        raise LandingError(f"{path} cannot be read: {error.strerror}") from None
    return FileFacts(digest.hexdigest(), lines + (last != b"\n"), has_nul, stamp)


def read_file(
    raw: duckdb.DuckDBPyConnection,
    path: Path,
    facts: FileFacts,
    table: TableContract,
    load_id: str,
    scratch: Path,
) -> ReadResult:
    """Append a file's rows, typed by the contract, to the table where its loads wait.

    Args:
        raw: connection to raw.duckdb.
        facts: what `examine` found.
        load_id: written into every row.
        scratch: folder for intermediate files.

    Returns:
        What was read; with `failure` set nothing was.
    """
    try:
        with _plain_path(path, scratch) as plain:
            if path.suffix.lower() == ".csv":
                result = _read_csv(raw, plain, facts, table, load_id, scratch)
            else:
                result = _read_parquet(raw, plain, table, load_id)
        if _stamp(path) != facts.stamp:
            raise UnusableFile("file_changed", "it changed while it was read; land it again")
    except UnusableFile as failure:
        discard(raw, table, load_id)
        return ReadResult(failure=(failure.rule, str(failure)))
    except OSError as error:
        raise LandingError(f"{path} cannot be read: {error.strerror}") from None
    return result


def discard(raw: duckdb.DuckDBPyConnection, table: TableContract, load_id: str) -> None:
    """Take a load out of the incoming table again."""
    name = incoming_name(table)
    try:
        raw.execute(f"delete from {name} where {LOAD_ID} = ?", [load_id])
    except duckdb.CatalogException:
        return  # it never came to a table


def csv_relation(path: Path, columns: int, *, has_header: bool, longest: int = 0) -> str:
    """DuckDB's strict CSV reader over a file, every field a text, columns called c0, c1, ...

    Args:
        longest: bytes of the longest row where it is known to exceed DuckDB's default of 2 MB.
    """
    names = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(columns))
    more = f", max_line_size={2 * longest}" if longest > 1_000_000 else ""
    return (
        f"read_csv({text(str(path))}, columns={{{names}}}, header={str(has_header).lower()}, "
        "auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', strict_mode=true, "
        f"hive_partitioning=false{more})"
    )


def read_header(path: Path) -> tuple[list[str], int]:
    """Column names of a CSV file, trimmed, in lower case, and the physical lines they take.

    Raises:
        UnusableFile: there is no header, or it names a column twice.
    """
    with path.open("rb") as file:
        if file.read(2) in _UTF16:
            raise UnusableFile("not_utf8", "it is UTF-16; save it as UTF-8")
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            names = next(reader, [])
        except csv.Error as error:
            raise UnusableFile("no_header", f"its header cannot be read ({error})") from None
    if not any(name.strip() for name in names):
        raise UnusableFile("no_header", "its first line is empty, a header is expected")
    if any(_NOT_TEXT.search(name) for name in names):
        raise UnusableFile("no_header", "its header holds characters that are not text")
    if len(names) == 1 and re.search(r"[;\t|]", names[0]):
        raise UnusableFile("no_header", "its columns are not separated by commas")
    return distinct_names(names), reader.line_num


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names as tables hold them; a column without one is called by its place.

    Raises:
        UnusableFile: two columns have one name (upper and lower case are one).
    """
    plain = [name.strip().lower() or f"column_{place}" for place, name in enumerate(names, 1)]
    twice = sorted({name for name in plain if plain.count(name) > 1})
    if twice:
        raise UnusableFile("duplicate_column", f"its header names {', '.join(twice)} twice")
    return plain


def _read_csv(
    raw: duckdb.DuckDBPyConnection,
    path: Path,
    facts: FileFacts,
    table: TableContract,
    load_id: str,
    scratch: Path,
) -> ReadResult:
    if path.stat().st_size == 0:
        raise UnusableFile("no_header", "it is empty, not even a header")
    names, header_lines = read_header(path)
    result = ReadResult(columns=tuple(name for name in names if _is_kept(name)))
    result.warnings += _dropped_warning(names)
    plans = [
        _plan(table, f"c{place}", name, "VARCHAR")
        for place, name in enumerate(names)
        if _is_kept(name)
    ]
    if not facts.has_nul:
        relation = csv_relation(path, len(names), has_header=True)
        try:
            result.rows, result.uncastable = _load(raw, table, load_id, plans, relation)
        except duckdb.Error:
            pass  # the careful reader finds out which rows it was
        else:
            may_span_lines = result.rows + header_lines != facts.lines
            if not (may_span_lines and _swallows_rows(raw, table, load_id, len(names))):
                return result
            discard(raw, table, load_id)
    clean = scratch / f"{load_id}.csv"
    with private_files():
        cleaned = clean_csv(path, clean, len(names), header_lines)
    relation = csv_relation(clean, len(names), has_header=False, longest=cleaned.longest)
    try:
        result.rows, result.uncastable = _load(raw, table, load_id, plans, relation)
    except duckdb.Error as error:
        raise UnusableFile("unreadable_file", f"it is no CSV: {_first_line(error)}") from None
    finally:
        clean.unlink()
    result.unreadable = cleaned.unreadable
    return result


def _read_parquet(
    raw: duckdb.DuckDBPyConnection, path: Path, table: TableContract, load_id: str
) -> ReadResult:
    options = "binary_as_string=true, hive_partitioning=false"
    relation = f"read_parquet({text(str(path))}, {options})"
    try:
        described = raw.execute(f"describe select * from {relation}").fetchall()
        stored = {str(row[0]): str(row[1]) for row in described}
        names = distinct_names(list(stored))
        _refuse_renamed(raw, path, stored)
        kept = [
            (given, name, kind)
            for (given, kind), name in zip(stored.items(), names, strict=True)
            if _is_kept(name)
        ]
        texts = [given for given, _, kind in kept if kind == "VARCHAR"]
        nul = " or ".join(f"contains({quote(given)}, chr(0))" for given in texts) or "false"
        numbered = f"read_parquet({text(str(path))}, {options}, file_row_number=true)"
        bad = raw.execute(
            f"select file_row_number + 1 from {numbered} where {nul} order by 1"
        ).fetchall()
        plans = [_plan(table, given, name, kind) for given, name, kind in kept]
        if bad:
            relation += f" where coalesce(not ({nul}), true)"
        rows, uncastable = _load(raw, table, load_id, plans, relation)
    except duckdb.Error as error:
        raise UnusableFile("unreadable_file", f"it is no Parquet: {_first_line(error)}") from None
    return ReadResult(
        rows=rows,
        columns=tuple(name for _, name, _ in kept),
        unreadable=[
            UnreadableRow(f"row {number}", "nul_byte", "the row holds a NUL byte")
            for (number,) in bad
        ],
        uncastable=uncastable,
        warnings=_dropped_warning(names),
    )


def _refuse_renamed(raw: duckdb.DuckDBPyConnection, path: Path, stored: Mapping[str, str]) -> None:
    """DuckDB gives the second of two columns that differ only in case a name of its own."""
    found = raw.execute(f"select name from parquet_schema({text(str(path))})").fetchall()
    renamed = sorted(stored.keys() - {row[0] for row in found})
    if renamed:
        raise UnusableFile("duplicate_column", f"it names a column twice ({', '.join(renamed)})")


def _load(
    raw: duckdb.DuckDBPyConnection,
    table: TableContract,
    load_id: str,
    plans: Sequence[ColumnPlan],
    relation: str,
) -> tuple[int, dict[str, int]]:
    """Write the rows; columns in which a value does not cast stay texts and are counted."""

    def write(column: Callable[[ColumnPlan], Column]) -> int:
        columns = [*map(column, plans), (LOAD_ID, "VARCHAR", text(load_id))]
        return write_rows(raw, table.source, incoming(table.table), columns, relation)

    try:
        # Nearly every file is clean: one pass that stops at the first value which does not cast.
        return write(lambda plan: (plan.name, plan.data_type, plan.strict)), {}
    except duckdb.Error as error:
        if UNCASTABLE not in str(error):
            raise
    doubtful = [plan for plan in plans if plan.can_fail]
    counts = ", ".join(f"count(*) filter ({plan.uncastable})" for plan in doubtful)
    found = raw.execute(f"select {counts} from {relation}").fetchone() or ()
    failing = {plan.name: int(n) for plan, n in zip(doubtful, found, strict=True) if n}

    def as_far_as_it_casts(plan: ColumnPlan) -> Column:
        if plan.name in failing:
            return plan.name, "VARCHAR", plan.as_text
        return plan.name, plan.data_type, plan.typed

    return write(as_far_as_it_casts), failing


def _plan(table: TableContract, source: str, name: str, stored: str) -> ColumnPlan:
    column = table.columns.get(name)
    return plan_column(source, name, stored, column.data_type if column else None)


def _swallows_rows(
    raw: duckdb.DuckDBPyConnection, table: TableContract, load_id: str, columns: int
) -> bool:
    """Whether a line inside some cell looks like a whole row.

    Then two broken rows have closed each other's quotes, which no strict reader notices.
    """
    if columns < 4:
        return False
    name = incoming_name(table)
    texts = [
        quote(str(row[0]))
        for row in raw.execute(f"describe {name}").fetchall()
        if row[1] == "VARCHAR" and row[0] != LOAD_ID
    ]
    line = rf"\n[^,\n]*(,[^,\n]*){{{columns - 1}}}\r?\n"
    found = " or ".join(
        f"(contains({column}, chr(10)) and regexp_matches({column}, {text(line)}))"
        for column in texts
    )
    if not found:
        return False
    query = f"select count(*) > 0 from {name} where {LOAD_ID} = ? and ({found})"
    row = raw.execute(query, [load_id]).fetchone()
    return bool(row and row[0])


@contextmanager
def _plain_path(path: Path, scratch: Path) -> Iterator[Path]:
    """The file under a path that DuckDB does not take for a pattern of names."""
    if not re.search(r"[*?\[\]]", str(path)):
        yield path
        return
    link = scratch / f"link{path.suffix.lower()}"
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    try:
        yield link
    finally:
        link.unlink()


def _is_kept(name: str) -> bool:
    return not name.startswith(_RESERVED)


def _dropped_warning(names: Sequence[str]) -> list[str]:
    dropped = [name for name in names if not _is_kept(name)]
    return [f"columns of our own are left out: {', '.join(dropped)}"] if dropped else []


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _first_line(error: Exception) -> str:
    """The first sentence of a DuckDB error, without the row that it goes on to quote."""
    return re.split(r"Original Line|\n", str(error), maxsplit=1)[0].strip()[:200]
