"""dbt in this process: parse, build, test; results in the project's own words.

A dbt command of its own costs some three seconds of start; Dagster's dbt integration imports dbt
anyway, so running it here is free, and the manifest parsed for the assets serves the build too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orchestration.errors import UserError
from orchestration.settings import Settings

# Unit tests check logic on fixed rows, whatever was landed: `make test` runs them, a refresh not.
# Exposures are no-ops to dbt, and no results to a person.
NOT_IN_A_REFRESH = ("unit_test", "exposure")

# What DuckDB says when a value does not fit. Everything else (a missing column or table, a
# syntax error, a full disk) is no fault of the data.
DATA_ERRORS = (
    "Constraint Error",
    "Conversion Error",
    "Out of Range Error",
    "Invalid Input Error",
)

# Tests with this tag hold the pay file at its version, and nothing else (faults.md, 68).
PAY_TAG = "comp_refusal"

# Columns by which a person finds a row. Others may hold what no message may repeat.
_KEYS = re.compile(
    r".*_(id|ids|date|kind|value|number)|(source_)?table|row_key|month|day|currency|quarter|plan_version|issue|.*_start"
)


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test.

    Attributes:
        kind: model, seed or test.
        subject: the model a test looks at (the first of several), else the node's own name.
        status: dbt's word: success, pass, warn, fail, error, skipped.
        failures: rows a test found; 0 for models.
        severity: error or warn.
        seconds: dbt's own time for the node.
        compiled_file: the SQL as it ran; None where dbt did not get that far.
        example: keys of one row that a test found, like `currency eur, month 2026-03-01`.
        is_pay: it concerns pay data alone, and holds nothing but the pay file.
    """

    unique_id: str
    name: str
    kind: str
    subject: str
    status: str
    failures: int
    severity: str
    message: str
    seconds: float
    compiled_file: Path | None
    example: str = ""
    is_pay: bool = False

    @property
    def outcome(self) -> str:
        """passed, warned, failed or skipped."""
        return {"success": "passed", "pass": "passed", "warn": "warned", "skipped": "skipped"}.get(
            self.status, "failed"
        )

    @property
    def is_data_error(self) -> bool:
        """Whether the data, not the project or the machine, made it fail."""
        if self.kind == "test" and self.status == "fail":
            return True
        return self.status == "error" and any(word in self.message for word in DATA_ERRORS)

    def explain(self) -> str:
        """One sentence for the person: what failed, on what, how much, where to look."""
        where = f"; the query: {self.compiled_file}" if self.compiled_file else ""
        if self.kind == "test" and self.status in ("fail", "warn"):
            rows = "1 row breaks" if self.failures == 1 else f"{self.failures:,} rows break"
            example = f", for example {self.example}" if self.example else ""
            return f"test {self.name} on {self.subject}: {rows} it{example}{where}"
        text = " ".join(self.message.split())
        return f"{self.kind} {self.name} could not be built: {text}{where}"


@dataclass
class DbtRun:
    """Results of one or more dbt commands."""

    results: list[NodeResult] = field(default_factory=list)

    def of_kind(self, *kinds: str) -> list[NodeResult]:
        """Results of models, seeds or tests."""
        return [result for result in self.results if result.kind in kinds]

    @property
    def failed(self) -> list[NodeResult]:
        """What failed; what was skipped because of it is left out."""
        return [result for result in self.results if result.outcome == "failed"]


def target_dir(settings: Settings) -> Path:
    """Where dbt keeps manifest and compiled SQL: in the home, so a read-only checkout works."""
    return settings.home / "target"


def manifest_file(settings: Settings) -> Path:
    """The manifest that the Dagster assets are made from."""
    return target_dir(settings) / "manifest.json"


def prepare_manifest(settings: Settings, log_dir: Path | None = None) -> Any:
    """Parse the project; only changed files are read again.

    Returns:
        dbt's Manifest, to be handed to `run_dbt`; the same stands in `manifest_file`.

    Raises:
        UserError: the project does not parse; the text is dbt's.
    """
    return _invoke(settings, ["parse"], settings.dbt_vars, log_dir or target_dir(settings)).result


def build_models(
    settings: Settings,
    manifest: Any,
    dbt_vars: Mapping[str, Any],
    log_dir: Path,
    full_refresh: bool = False,
    select: Sequence[str] = (),
) -> DbtRun:
    """Build seeds and models of target prod; of those named, where some are.

    Tests run after it, by `run_tests`: so a failed one hides no other, and each has its seconds.
    """
    arguments = ["build", "--exclude-resource-type", "test"]
    for kind in NOT_IN_A_REFRESH:
        arguments += ["--exclude-resource-type", kind]
    if full_refresh:
        arguments.append("--full-refresh")
    if select:
        arguments += ["--select", *select]
    return _run(settings, arguments, manifest, dbt_vars, log_dir)


def run_tests(
    settings: Settings, manifest: Any, dbt_vars: Mapping[str, Any], log_dir: Path
) -> DbtRun:
    """Run every data test on the finished build of target prod."""
    arguments = ["test"]
    for kind in NOT_IN_A_REFRESH:
        arguments += ["--exclude-resource-type", kind]
    return _run(settings, arguments, manifest, dbt_vars, log_dir)


def close_connections() -> None:
    """Give the DuckDB files back: dbt holds them open until its process ends."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _run(
    settings: Settings,
    arguments: list[str],
    manifest: Any,
    dbt_vars: Mapping[str, Any],
    log_dir: Path,
) -> DbtRun:
    outcome = _invoke(settings, arguments, dbt_vars, log_dir, manifest)
    artefact = target_dir(settings) / "run_results.json"
    if artefact.exists():
        shutil.copyfile(artefact, log_dir / f"run_results_{arguments[0]}.json")
    results = [_as_result(result, settings) for result in outcome.result.results]
    return DbtRun([_with_example(result) for result in results])


def _with_example(result: NodeResult) -> NodeResult:
    """Look up one of the rows that a test found, on dbt's own connection."""
    if not (result.kind == "test" and result.failures and result.compiled_file):
        return result
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    query = result.compiled_file.read_text(encoding="utf-8")
    handle = DuckDBConnectionManager.env().handle()
    cursor = handle.cursor()
    try:
        # In order, so that the same data give the same example.
        cursor.execute(f"select * from (\n{query}\n) order by all limit 1")
        row = cursor.fetchone() or ()
        names = [column[0] for column in cursor.description]
    except Exception:  # an example is a help, no part of the outcome
        return result
    finally:
        handle.close()
    keys = [
        f"{name} {value}"
        for name, value in zip(names, row, strict=False)
        if value is not None and _KEYS.fullmatch(name)
    ]
    return replace(result, example=", ".join(keys[:4]))


def _invoke(
    settings: Settings,
    arguments: list[str],
    dbt_vars: Mapping[str, Any],
    log_dir: Path,
    manifest: Any = None,
) -> Any:
    from dbt.cli.main import dbtRunner

    os.environ.update(settings.dbt_env())
    log_dir.mkdir(parents=True, exist_ok=True)
    outcome = dbtRunner(manifest=manifest).invoke(
        [
            *arguments,
            *("--project-dir", str(settings.project_dir)),
            *("--profiles-dir", str(settings.project_dir)),
            *("--target", "prod"),
            *("--target-path", str(target_dir(settings))),
            *("--log-path", str(log_dir)),
            *("--log-level", "none"),
            *("--log-level-file", "info"),
            *("--vars", json.dumps(dict(dbt_vars), default=str)),
        ]
    )
    if outcome.exception is not None:
        if not isinstance(outcome.exception, Exception):
            raise outcome.exception  # Ctrl-C: dbt hands it back as a result
        text = "\n".join(line.rstrip() for line in str(outcome.exception).strip().splitlines())
        raise UserError(f"dbt {arguments[0]} could not start: {text}\n  log: {log_dir / 'dbt.log'}")
    if outcome.result is None:
        raise UserError(f"dbt {arguments[0]} gave no result; log: {log_dir / 'dbt.log'}")
    return outcome


def _as_result(result: Any, settings: Settings) -> NodeResult:
    node = result.node
    kind = str(node.resource_type)
    compiled = getattr(node, "compiled_path", None)
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=kind,
        subject=_subject(node) if kind == "test" else node.name,
        status=str(result.status),
        failures=result.failures or 0,
        severity=str(getattr(node.config, "severity", "error")).lower(),
        message=result.message or "",
        seconds=round(result.execution_time, 3),
        compiled_file=settings.project_dir / compiled if compiled else None,
        is_pay=PAY_TAG in node.tags or (kind == "model" and "compensation" in node.fqn),
    )


def _subject(node: Any) -> str:
    attached = getattr(node, "attached_node", None)
    parents = (
        [attached]
        if attached
        else [
            parent for parent in node.depends_on.nodes if parent.split(".")[0] in ("model", "seed")
        ]
        or node.depends_on.nodes
    )
    return parents[0].split(".", 2)[-1] if parents else node.name
