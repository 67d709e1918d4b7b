"""What the commands do; each is imported only when it is called, so that `--help` stays quick."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration import files
from orchestration.errors import UserError
from orchestration.settings import TELEMETRY_OFF, Settings
from orchestration.terminal import complain, say


def prepare(settings: Settings) -> int:
    """Create the state files, so that a bare `dbt build` finds what it attaches."""
    from orchestration.contract import load_contract
    from orchestration.landing import prepare as prepare_files

    prepare_files(settings, load_contract(settings.project_dir))
    say(f"state is ready in {settings.home}")
    return 0


def refresh(settings: Settings, full_refresh: bool) -> int:
    """Run the Dagster job `refresh` in this process."""
    from orchestration.interrupts import ended_by_interrupt
    from orchestration.reporting import summarise
    from orchestration.session import open_refresh

    # The process lives for seconds, and collecting its garbage takes a tenth of them.
    gc.disable()
    with open_refresh(settings, full_refresh) as run, ended_by_interrupt(run.leave_interrupted):
        with run.progress.step("start", "start") as notes:
            from orchestration.dagster_run import run_job

            run.prepare()
            notes.append(f"run {run.run_id}")
        run_job(run)
    for line in summarise(run):
        say(line)
    return run.record.exit_code


def rollback(settings: Settings) -> int:
    """Let readers see the version before the current one."""
    from orchestration.lock import refresh_lock
    from orchestration.publish.links import current_manifest, roll_back

    files.make_private()
    with refresh_lock(settings.lock_file, "rollback"):
        before, after = roll_back(settings)
    manifest = current_manifest(settings) or {}
    say(f"rolled back from {before} to {after} (as of {manifest.get('as_of_date')})")
    say("the next refresh publishes a new version; until then this one stays")
    return 0


def status(settings: Settings) -> int:
    """Print the last run, the published version and the versions that are kept."""
    from orchestration.publish.status import describe

    for line in describe(settings):
        say(line)
    return 0


def approve(settings: Settings, load: str, by: str, why: str) -> int:
    """Let a rejected load in from the next refresh on."""
    from orchestration.landing import approve as note_approval

    approval = note_approval(settings, load, by, why)
    say(f"load {approval.load_id} is approved by {approval.by}; the next refresh lets it in")
    return 0


def compare_definitions(settings: Settings, a: str, b: str) -> int:
    """Print and keep what two definitions of MRR differ by, rule by rule."""
    from orchestration.lock import refresh_lock
    from orchestration.policies.compare import compare, describe
    from orchestration.terminal import Progress

    gc.disable()  # as in a refresh
    files.make_private()
    if not settings.home.is_dir():
        raise UserError(f"there is no {settings.home}: run `perennial refresh` first")
    with refresh_lock(settings.lock_file, "comparison"):
        comparison = compare(settings, a, b, Progress())
    for line in describe(comparison):
        say(line)
    return 0


def ui(settings: Settings, port: int) -> int:
    """Serve Dagster's web interface on this machine alone."""
    prepare(settings)
    files.make_private()
    settings.dagster_dir.mkdir(parents=True, exist_ok=True)
    # One refresh at a time, also when several are asked for.
    config = settings.dagster_dir / "dagster.yaml"
    config.write_text(DAGSTER_CONFIG, encoding="utf-8")
    say(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it)")
    environ = {**os.environ, **settings.dbt_env(), "DAGSTER_HOME": str(settings.dagster_dir)}
    return subprocess.call(
        [
            str(Path(sys.executable).with_name("dagster")),
            *("dev", "-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(port)),
        ],
        cwd=settings.project_dir,
        env=environ,
    )


def docs(settings: Settings, serve: bool, port: int) -> int:
    """Write dbt's documentation as one static page."""
    prepare(settings)
    code = dbt(settings, ["docs", "generate", "--static", "--quiet"])
    if code:
        return code
    page = settings.home / "target-dev" / "static_index.html"
    say(f"documentation: {page}")
    if serve:
        say(f"http://127.0.0.1:{port}/static_index.html (Ctrl-C ends it)")
        return subprocess.call(
            [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
            cwd=page.parent,
        )
    return 0


def dbt(settings: Settings, arguments: Sequence[str]) -> int:
    """Run dbt on target dev, beside a read-only raw and history."""
    if not settings.run_file.exists():
        prepare(settings)
    files.make_private()
    environ = {
        **os.environ,
        **settings.dbt_env(),
        "DBT_TARGET_PATH": str(settings.home / "target-dev"),
        "DBT_LOG_PATH": str(settings.home / "logs"),
    }
    given = list(arguments)
    if "--vars" not in given and settings.dbt_vars:
        import json

        given += ["--vars", json.dumps(dict(settings.dbt_vars), default=str)]
    if any(word in ("prod", "--target=prod", "-tprod") for word in given):
        raise UserError("only `perennial refresh` writes target prod; leave --target out")
    program = str(Path(sys.executable).with_name("dbt"))
    return subprocess.call([program, *given], cwd=settings.project_dir, env=environ)


def close_quarter(settings: Settings, quarter: str | None) -> int:
    """Lock the published statements of a quarter, for good."""
    from orchestration.compensation.closing import describe
    from orchestration.compensation.session import close_published

    for line in describe(close_published(settings, quarter)):
        say(line)
    return 0


def verify_comp(settings: Settings, quarter: str | None) -> int:
    """Say whether closed statements are what was locked; 1 where one is not."""
    from orchestration.compensation.closing import parse_quarter
    from orchestration.compensation.verifying import describe, verify
    from orchestration.lock import refresh_lock

    files.make_private()
    wanted = parse_quarter(quarter) if quarter else None
    with refresh_lock(settings.lock_file, "verification"):
        verdicts = verify(settings, wanted)
    for line in describe(verdicts):
        say(line)
    return 0 if all(verdict.is_unchanged for verdict in verdicts) else 1


def send_alerts(settings: Settings, with_unknown: bool) -> int:
    """Send the alerts that wait; 1 where some still do, or may not have arrived."""
    from orchestration.alerts.session import send_by_hand

    sending = send_by_hand(settings, with_unknown)
    say(f"alerts: {sending.summary}")
    for warning in sending.warnings:
        complain(warning)
    return 1 if sending.warnings else 0


def clean(settings: Settings, everything: bool) -> int:
    """Remove what can be made again; with `everything` also what cannot."""
    from orchestration.lock import refresh_lock

    if not settings.home.is_dir():
        say(f"nothing to remove: {settings.home} is not there")
        return 0
    home = settings.home
    with refresh_lock(settings.lock_file, "clean"):
        files.remove_all(home / name for name in REBUILT)
        files.remove_all(settings.project_dir / name for name in ("target", "logs"))
        if everything:
            files.remove_all(home / name for name in STATE)
    kept = "" if everything else "; history.duckdb, raw.duckdb and published/ stay"
    say(f"removed builds, logs and results in {home}{kept}")
    return 0


def quiet_telemetry() -> None:
    """No tool of this process reports home, unless the person wants it."""
    for name, value in TELEMETRY_OFF.items():
        os.environ.setdefault(name, value)


REBUILT = (
    *("build.duckdb", "build.duckdb.wal", "dev.duckdb", "dev.duckdb.wal", "run.duckdb"),
    *("dagster", "target", "target-dev", "quality", "logs", "scratch", "comparisons"),
)
# By name, never the whole folder: somebody may have pointed PERENNIAL_HOME at one of their own.
STATE = (
    *("raw.duckdb", "raw.duckdb.wal", "history.duckdb", "history.duckdb.wal", "history_backups"),
    *("published", "last_run.json", "approvals.jsonl"),
    *("alert_deliveries.duckdb", "alert_deliveries.duckdb.wal"),
)

DAGSTER_CONFIG = """\
# Written by `perennial ui`.
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1
"""
