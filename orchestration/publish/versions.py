"""One published version: a folder of its own, written aside, complete before it has its name."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.files import fsync_path, fsync_tree, remove_all, write_json
from orchestration.publish.content_hash import content_hash
from orchestration.publish.database import (
    Connection,
    attach,
    columns_of,
    connect,
    literal,
    quote,
    tables_of,
)
from orchestration.publish.history import RunFacts
from orchestration.settings import Settings

MARTS_FILE = "perennial.duckdb"
PAY_FILE = "compensation.duckdb"
PARQUET_FOLDER = "parquet"
MANIFEST_FILE = "manifest.json"
PAY_SCHEMA = "comp"
_TOOLS = ("dbt-core", "dbt-duckdb", "duckdb", "dagster", "great-expectations", "perennial")


@dataclass(frozen=True)
class QualityRow:
    """One check of one run, as `fct_quality_results` tells it.

    Attributes:
        check_kind: dbt_test, arrival_expectation, publish_expectation or unit_test.
        subject: table or mart.
        outcome: passed, warned or failed.
        severity: error or warn.
        observed: what was found, as text; never a value of a landed row.
    """

    check_name: str
    check_kind: str
    subject: str
    outcome: str
    severity: str
    observed: str


@dataclass(frozen=True)
class PayState:
    """Whose pay data a version holds.

    Attributes:
        run_id: the run they are of; None where there never were any.
        refusals: why they are not this run's; empty where they are.
    """

    run_id: str | None
    refusals: Sequence[str] = ()


def versions_dir(settings: Settings) -> Path:
    """Folder of all versions."""
    return settings.published_dir / "versions"


def list_versions(settings: Settings) -> list[str]:
    """Run ids of complete versions, oldest first; run ids sort by time."""
    folder = versions_dir(settings)
    if not folder.is_dir():
        return []
    return sorted(
        path.name
        for path in folder.iterdir()
        if not path.name.startswith(".") and (path / MANIFEST_FILE).is_file()
    )


def write_version(
    settings: Settings,
    facts: RunFacts,
    checks: Sequence[QualityRow],
    pay: PayState | None = None,
) -> dict[str, Any]:
    """Write the version of a run under its final name; no link points to it yet.

    Pay data that were refused are not taken from the build: the pay file of the version that
    readers see now is carried over as it is.

    Returns:
        the content of its manifest.
    """
    folder = versions_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{facts.run_id}"
    remove_all([aside])
    aside.mkdir()
    pay = pay or PayState(facts.run_id)
    with connect() as connection:
        attach(connection, settings.build_file, "build")
        marts = _copy_marts(connection, aside / MARTS_FILE, facts, checks)
        if pay.refusals:
            _keep_pay(settings, aside / PAY_FILE)
        else:
            _copy_pay(connection, aside / PAY_FILE)
        manifest = _manifest(connection, facts, marts, pay)
        _export_parquet(connection, aside / PARQUET_FOLDER, marts)
        connection.execute("detach published")
    write_json(aside / MANIFEST_FILE, manifest)
    _set_modes(settings, aside)
    fsync_tree(aside)
    final = folder / facts.run_id
    aside.rename(final)
    fsync_path(folder)
    return manifest


def prune(settings: Settings, current: str | None) -> list[str]:
    """Remove all but the last N versions; the current one always stays.

    Returns:
        the removed run ids.
    """
    versions = list_versions(settings)
    surplus = [run_id for run_id in versions[: -settings.keep_versions] if run_id != current]
    remove_all(versions_dir(settings) / run_id for run_id in surplus)
    return surplus


def remove_leftovers(settings: Settings) -> None:
    """Remove what a killed publish left half written."""
    folder = versions_dir(settings)
    if folder.is_dir():
        remove_all(
            path
            for path in folder.iterdir()
            if path.name.startswith(".") or not (path / MANIFEST_FILE).is_file()
        )


def _copy_marts(
    connection: Connection, path: Path, facts: RunFacts, checks: Sequence[QualityRow]
) -> list[str]:
    attach(connection, path, "published", read_only=False)
    connection.execute("create schema published.marts")
    marts = tables_of(connection, "build", "marts")
    for mart in marts:
        name = quote(mart)
        connection.execute(
            f"create table published.marts.{name} as select * from build.marts.{name}"
        )
    _add_refresh(connection, facts)
    _add_checks(connection, facts, checks)
    _copy_comments(connection)
    connection.execute("checkpoint published")
    return marts


def _copy_pay(connection: Connection, path: Path) -> None:
    attach(connection, path, "pay", read_only=False)
    connection.execute(f"create schema pay.{PAY_SCHEMA}")
    for table in tables_of(connection, "build", PAY_SCHEMA):
        name = quote(table)
        connection.execute(
            f"create table pay.{PAY_SCHEMA}.{name} as select * from build.{PAY_SCHEMA}.{name}"
        )
    connection.execute("checkpoint pay")
    connection.execute("detach pay")


def _keep_pay(settings: Settings, path: Path) -> None:
    """Carry the pay file over that readers see; an empty one where there is none yet."""
    before = settings.published_dir / PAY_FILE
    if before.exists():
        shutil.copyfile(before, path)
        return
    with connect(path) as empty:
        empty.execute(f"create schema {PAY_SCHEMA}")


def _add_refresh(connection: Connection, facts: RunFacts) -> None:
    _insert(connection, "dim_refreshes", [facts.refresh_row()])


def _add_checks(connection: Connection, facts: RunFacts, checks: Sequence[QualityRow]) -> None:
    _insert(
        connection,
        "fct_quality_results",
        [
            {
                "quality_result_id": _key(facts.run_id, check),
                "run_id": facts.run_id,
                "check_name": check.check_name,
                "check_kind": check.check_kind,
                "subject": check.subject,
                "outcome": check.outcome,
                "severity": check.severity,
                "observed": check.observed,
            }
            for check in checks
        ],
    )


def _key(run_id: str, check: QualityRow) -> str:
    text = "|".join((run_id, check.check_kind, check.subject, check.check_name))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _insert(connection: Connection, mart: str, rows: list[dict[str, Any]]) -> None:
    """Insert by name what the mart has columns for; nothing where there is no such mart."""
    columns = columns_of(connection, "published", "marts", mart)
    names = [name for name in (rows[0] if rows else {}) if name in columns]
    if not names:
        return
    fields = ", ".join(f"?::{columns[name]} as {quote(name)}" for name in names)
    connection.execute("begin")
    for row in rows:
        connection.execute(
            f"insert into published.marts.{quote(mart)} by name select {fields}",
            [row[name] for name in names],
        )
    connection.execute("commit")


def _copy_comments(connection: Connection) -> None:
    """Carry the descriptions over: `create table as` leaves comments behind."""
    tables = connection.execute(
        "select table_name, comment from duckdb_tables() "
        "where database_name = 'build' and schema_name = 'marts' and comment is not null"
    ).fetchall()
    for table, comment in tables:
        connection.execute(f"comment on table published.marts.{quote(table)} is {literal(comment)}")
    columns = connection.execute(
        "select c.table_name, c.column_name, c.comment from duckdb_columns() as c "
        "inner join duckdb_tables() as t using (database_oid, schema_oid, table_oid) "
        "where c.database_name = 'build' and c.schema_name = 'marts' and c.comment is not null"
    ).fetchall()
    for table, column, comment in columns:
        connection.execute(
            f"comment on column published.marts.{quote(table)}.{quote(column)} "
            f"is {literal(comment)}"
        )


def _export_parquet(connection: Connection, folder: Path, marts: Sequence[str]) -> None:
    folder.mkdir()
    for mart in marts:
        target = literal(str(folder / f"{mart}.parquet"))
        connection.execute(
            f"copy published.marts.{quote(mart)} to {target} (format parquet, compression zstd)"
        )


def _manifest(
    connection: Connection, facts: RunFacts, marts: Sequence[str], pay: PayState
) -> dict[str, Any]:
    return {
        "run_id": facts.run_id,
        "as_of_date": facts.as_of_date.isoformat(),
        "published_at": facts.published_at.isoformat(timespec="seconds") + "Z",
        "data_through": facts.data_through,
        "stale_sources": facts.stale_sources,
        "stale_tables": list(facts.stale_tables),
        # Of pay data no count and no hash: they would tell who is paid, and when it changes.
        "compensation": {
            "run_id": pay.run_id,
            "is_held": bool(pay.refusals),
            "reasons": list(pay.refusals),
        },
        "row_counts": {mart: _rows(connection, mart) for mart in marts},
        "content_hashes": {
            mart: content_hash(connection, "published", "marts", mart, facts.run_id)
            for mart in marts
        },
        "vars": dict(facts.dbt_vars),
        "landing": facts.landing,
        "warnings": list(facts.warnings),
        "versions": _tool_versions(),
    }


def _rows(connection: Connection, mart: str) -> int:
    row = connection.execute(f"select count(*) from published.marts.{quote(mart)}").fetchone()
    return int(row[0]) if row else 0


def _tool_versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for name in _TOOLS:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def _set_modes(settings: Settings, folder: Path) -> None:
    """Open the version up as the setting says; pay data stay with their owner."""
    for path in [folder, *folder.rglob("*")]:
        mode = settings.published_mode if path.is_dir() else settings.published_mode & 0o666
        path.chmod(mode)
    (folder / PAY_FILE).chmod(0o600)
    if settings.published_mode & 0o077:
        for path in (versions_dir(settings), settings.published_dir):
            path.chmod(settings.published_mode)
        # Who may read what is published must be able to pass through the home, not to list it.
        home_mode = settings.home.stat().st_mode & 0o777
        settings.home.chmod(home_mode | (settings.published_mode & 0o011))
