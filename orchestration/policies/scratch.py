"""Builds aside: the models of the MRR bridge in a file of their own, under any vars.

Raw tables, history and the run's facts are those of the home, attached read-only; the build, dbt's
artefacts and logs lie in a folder that goes away afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from orchestration import dbt_runs, files
from orchestration.errors import UserError
from orchestration.policies.attribution import METRICS, Figures
from orchestration.publish import links
from orchestration.settings import Settings

# The bridge of every account; its months are those of rpt_mrr_monthly.
BRIDGE = "int_revenue__account_months"


@contextmanager
def scratch_build(settings: Settings) -> Iterator[ScratchBuild]:
    """A build of its own under the home; gone when the block ends, whatever happens."""
    folder = settings.scratch_dir
    files.remove_all([folder])  # left by a process that was killed
    folder.mkdir(parents=True)
    try:
        for name in ("history.duckdb", "run.duckdb", "raw.duckdb"):
            if (settings.home / name).exists():
                (folder / name).symlink_to(settings.home / name)
        yield ScratchBuild(settings, replace(settings, home=folder))
    finally:
        dbt_runs.close_connections()
        files.remove_all([folder])


class ScratchBuild:
    """The MRR bridge in a file aside; a change of vars builds only what it touches."""

    def __init__(self, real: Settings, settings: Settings) -> None:
        self._real = real
        self._settings = settings
        self._vars: dict[str, Any] | None = None
        self._manifest: Any = None

    def figures(self, dbt_vars: Mapping[str, Any]) -> Figures:
        """The monthly figures under these vars.

        Raises:
            UserError: a model cannot be built; the text says which and why.
        """
        if self._vars is None:
            parse_vars = vars_of_the_last_parse(links.current_manifest(self._real) or {})
            self._manifest = dbt_runs.prepare_manifest(replace(self._real, dbt_vars=parse_vars))
            wanted = _with_all(self._manifest.parent_map, [_unique_id(self._manifest, BRIDGE)])
        else:
            before = self._vars
            changed = {name for name in dbt_vars if dbt_vars[name] != before.get(name)}
            wanted = affected(self._manifest, changed)
        if wanted:
            self._build(wanted, dbt_vars)
        self._vars = dict(dbt_vars)
        return read_figures(self._settings.build_file)

    def _build(self, wanted: Iterable[str], dbt_vars: Mapping[str, Any]) -> None:
        names = sorted(
            self._manifest.nodes[node].name
            for node in wanted
            if node.startswith(("model.", "seed."))
        )
        run = dbt_runs.build_models(
            self._settings,
            self._manifest,
            dbt_vars,
            dbt_runs.target_dir(self._settings),
            select=names,
        )
        dbt_runs.close_connections()
        if run.failed:
            # The file of the query goes away with this folder.
            failed = [replace(result, compiled_file=None) for result in run.failed]
            raise UserError("\n".join(result.explain() for result in failed))


def vars_of_the_last_parse(published: Mapping[str, Any]) -> dict[str, Any]:
    """Vars with which the last refresh parsed the project, so that it need not be parsed again.

    Which tables there are decides what a model refers to; any other var is read by each build.
    """
    given: Any = published.get("vars") or {}
    if given.get("disabled_sources"):
        return {"disabled_sources": given["disabled_sources"]}
    of_a_run = ("as_of_date", "disabled_sources")
    return {name: value for name, value in given.items() if name not in of_a_run}


def affected(manifest: Any, changed: Iterable[str]) -> set[str]:
    """Models of the bridge that read one of these vars, also through a macro, and what follows."""
    reads = re.compile(rf"""\bvar\(\s*['"]({"|".join(map(re.escape, changed))})['"]""")
    macros = {key for key, macro in manifest.macros.items() if reads.search(macro.macro_sql)}
    while True:
        callers = {
            key
            for key, macro in manifest.macros.items()
            if key not in macros and macros.intersection(macro.depends_on.macros)
        }
        if not callers:
            break
        macros |= callers
    first = [
        key
        for key, node in manifest.nodes.items()
        if reads.search(node.raw_code or "") or macros.intersection(node.depends_on.macros)
    ]
    bridge = _with_all(manifest.parent_map, [_unique_id(manifest, BRIDGE)])
    return _with_all(manifest.child_map, first) & bridge


def read_figures(build_file: Path) -> dict[tuple[date, str], Any]:
    """Sums of the bridge over all accounts, by month and metric."""
    from orchestration.publish.database import attach, connect

    sums = ", ".join(f"cast(sum({metric}) as decimal(18, 2))" for metric in METRICS)
    with connect() as connection:
        attach(connection, build_file, "build")
        rows = connection.execute(
            f"select cast(month as date), {sums} from build.intermediate.{BRIDGE} group by 1"
        ).fetchall()
    return {
        (month, metric): amount
        for month, *amounts in rows
        for metric, amount in zip(METRICS, amounts, strict=True)
    }


def _with_all(edges: Mapping[str, list[str]], start: Iterable[str]) -> set[str]:
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead += edges.get(node, [])
    return found


def _unique_id(manifest: Any, model: str) -> str:
    return next(key for key, node in manifest.nodes.items() if node.name == model)
