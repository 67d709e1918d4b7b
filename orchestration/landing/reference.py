"""Reference seeds that a landing replaces for the run: `reference/<seed>.csv`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contract import meta_of, normal_type, read_yaml
from orchestration.landing.casts import plan_column
from orchestration.landing.clean_csv import clean_csv
from orchestration.landing.files import quote, text
from orchestration.landing.model import Arrivals, Rejection
from orchestration.landing.read import UnusableFile, csv_relation, examine, read_header
from orchestration.settings import Settings


@dataclass(frozen=True)
class Seed:
    """What a reference seed must look like.

    Attributes:
        columns: DuckDB type in lower case by column, in the shipped file's order.
        key: columns that identify a row; empty = no key is checked.
        defaults: values of columns that may be left out.
        not_null: columns that must hold a value.
        may_be_empty: a file with a header alone is fine.
        nullable_key: columns of the key in which a blank means any.
        is_pay: a replacement that does not fit holds the pay file, and nothing else.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    not_null: tuple[str, ...] = ()
    may_be_empty: bool = False
    nullable_key: tuple[str, ...] = ()
    is_pay: bool = False


def read_seeds(project_dir: Path) -> dict[str, Seed]:
    """The shipped reference seeds: columns from each CSV's header, types and keys from the YAML.

    Raises:
        ContractError: a YAML file cannot be read.
    """
    folder = project_dir / "seeds" / "reference"
    entries = {
        str(entry["name"]).lower(): entry
        for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])
        for entry in read_yaml(path).get("seeds") or []
        if entry.get("name")
    }
    return {
        path.stem.lower(): _seed(path, entries.get(path.stem.lower(), {}))
        for path in sorted(folder.glob("*.csv"))
    }


def check_references(settings: Settings, files: Mapping[str, Path], arrivals: Arrivals) -> None:
    """Check every replacement in the landing; what fits is noted, the rest is refused by name."""
    if not files:
        return
    seeds = read_seeds(settings.project_dir)
    with duckdb.connect() as trial:
        trial.execute("set TimeZone = 'UTC'")
        for name, path in files.items():
            seed = seeds.get(name)
            if seed is None:
                arrivals.warnings.append(
                    f"Landing: reference/{path.name} is left alone, there is no seed {name} "
                    f"(seeds: {', '.join(seeds)})."
                )
                continue
            arrivals.reference_files[name] = path
            try:
                rows, warnings = write_reference(trial, seed, path, "main")
            except BadReference as error:
                arrivals.reference_rejections.append(
                    Rejection(
                        f"reference.{name}",
                        error.rule,
                        f"reference/{path.name} cannot take the place of seed {name}: {error}.",
                        is_required=not seed.is_pay,
                    )
                )
                continue
            arrivals.references[name] = (examine(path).content_hash, rows)
            arrivals.warnings += [f"reference/{path.name}: {warning}." for warning in warnings]


class BadReference(Exception):
    """A replacement does not fit its seed: rule and sentence."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def write_reference(
    connection: duckdb.DuckDBPyConnection, seed: Seed, path: Path, schema: str
) -> tuple[int, list[str]]:
    """Write a replacement as a table with the seed's columns and types.

    Returns:
        Rows written, and warnings.

    Raises:
        BadReference: columns, types, keys or rows do not fit.
    """
    names = _header(path)
    missing = [name for name in seed.columns if name not in names and name not in seed.defaults]
    if missing:
        raise BadReference("missing_column", f"column {', '.join(missing)} is missing")
    unknown = [name for name in names if name not in seed.columns]
    relation = csv_relation(path, len(names), has_header=True)
    values, checks = [], []
    for name, data_type in seed.columns.items():
        if name in names:
            plan = plan_column(f"c{names.index(name)}", name, "VARCHAR", data_type)
            value = f"nullif(trim({plan.typed}), '')" if data_type == "varchar" else plan.typed
            if plan.can_fail:
                checks.append((name, data_type, plan.uncastable))
        else:
            default = seed.defaults[name]
            value = "null" if default is None else text(str(default))
        values.append(f"({value})::{data_type} as {quote(name)}")
    target = f"{quote(schema)}.{quote(seed.name)}"
    try:
        for name, data_type, uncastable in checks:
            bad = _number(connection, f"select count(*) from {relation} where {uncastable}")
            if bad:
                raise BadReference(
                    "not_castable", f"{bad} values of column {name} are not a {data_type}"
                )
        connection.execute(
            f"create or replace table {target} as select {', '.join(values)} from {relation}"
        )
    except duckdb.Error:
        raise BadReference("unreadable_rows", _unreadable(path, len(names))) from None
    rows = _number(connection, f"select count(*) from {target}")
    _check_rows(connection, seed, target, rows)
    return rows, [f"column {', '.join(unknown)} is not used"] if unknown else []


def _check_rows(connection: duckdb.DuckDBPyConnection, seed: Seed, target: str, rows: int) -> None:
    if rows == 0 and not seed.may_be_empty:
        raise BadReference("empty_file", "it has no rows")
    required = [name for name in seed.key if name not in seed.nullable_key]
    for name in dict.fromkeys([*required, *seed.not_null]):
        empty = _number(connection, f"select count(*) from {target} where {quote(name)} is null")
        if empty:
            raise BadReference("null_value", f"column {name} is empty in {empty} rows")
    if seed.key:
        key = ", ".join(quote(name) for name in seed.key)
        twice = _number(
            connection,
            f"select count(*) from (select {key} from {target} group by all having count(*) > 1)",
        )
        if twice:
            raise BadReference(
                "duplicate_key",
                f"{twice} keys ({', '.join(seed.key)}) stand there more than once",
            )


def _header(path: Path) -> list[str]:
    try:
        if path.stat().st_size == 0:
            raise BadReference("no_header", "it is empty, not even a header")
        return read_header(path)[0]
    except UnusableFile as failure:
        raise BadReference(failure.rule, str(failure)) from None


def _unreadable(path: Path, columns: int) -> str:
    """Which line DuckDB's reader stumbled over."""
    with tempfile.TemporaryDirectory() as folder:
        found = clean_csv(path, Path(folder) / "clean.csv", columns, read_header(path)[1])
    if not found.unreadable:
        return "it is no CSV"
    first = found.unreadable[0]
    rows = len(found.unreadable)
    return f"{rows} rows cannot be read, the first is {first.row_key}: {first.reason}"


def _seed(path: Path, entry: Mapping[str, Any]) -> Seed:
    names, _ = read_header(path)
    config = entry.get("config") or {}
    types = {str(name).lower(): kind for name, kind in (config.get("column_types") or {}).items()}
    defaults, unique, not_null = {}, [], []
    for column in entry.get("columns") or []:
        name = str(column["name"]).lower()
        types.setdefault(name, column.get("data_type") or "varchar")
        tests = [*(column.get("data_tests") or []), *(column.get("tests") or [])]
        if "unique" in tests:
            unique.append(name)
        if "not_null" in tests:
            not_null.append(name)
        if "default" in meta_of(column):
            defaults[name] = meta_of(column)["default"]
    meta = meta_of(entry)
    key = tuple(str(name).lower() for name in meta.get("key") or unique[:1])
    return Seed(
        name=path.stem.lower(),
        columns={name: normal_type(str(types.get(name, "varchar"))) or "varchar" for name in names},
        key=key,
        defaults=defaults,
        not_null=tuple(name for name in not_null if name in names),
        may_be_empty=bool(meta.get("may_be_empty", False)),
        nullable_key=tuple(str(name).lower() for name in meta.get("nullable_key") or ()),
        is_pay=bool(meta.get("is_pay", False)),
    )


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
