"""When a refresh starts by itself: once a day, and when the landing changed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.settings import Settings

JOB_NAME = "refresh"
# Runs with this tag queue one behind the other (see dagster.yaml), the lock stands behind that.
ONE_AT_A_TIME = {"perennial/refresh": "one at a time"}


def build_job() -> Any:  # Dagster keeps the name of its type to itself
    """The whole refresh in one process: a step of its own for each asset costs a second."""
    return dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        description="accept, arrival checks, build, tests, publish gate, publish, alerts",
        executor_def=dg.in_process_executor,
        tags=ONE_AT_A_TIME,
    )


def build_schedule() -> dg.ScheduleDefinition:
    """Every day at 05:00 UTC, when the night's loads are in; switched on in the interface."""
    return dg.ScheduleDefinition(
        name="refresh_daily",
        job_name=JOB_NAME,
        cron_schedule="0 5 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


def build_sensor() -> dg.SensorDefinition:
    """A refresh when names, sizes or times of the landing's files changed and stand still."""

    @dg.sensor(
        name="landing_changed",
        job_name=JOB_NAME,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Starts a refresh when the landing differs from what the last one saw.",
    )
    def landing_changed(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        state = json.loads(context.cursor) if context.cursor else {}
        seen = fingerprint(_watched(Settings.from_env()))
        if seen is None:
            return dg.SkipReason("the landing is empty or absent")
        if seen == state.get("refreshed"):
            return dg.SkipReason("nothing changed since the last refresh")
        if seen != state.get("seen"):
            # Files may still be on their way: wait until two looks agree.
            context.update_cursor(json.dumps({**state, "seen": seen}))
            return dg.SkipReason("the landing is changing; looking again")
        context.update_cursor(json.dumps({"seen": seen, "refreshed": seen}))
        return dg.RunRequest(run_key=seen)

    return landing_changed


def fingerprint(paths: list[Path]) -> str | None:
    """Hash of names, sizes and modification times; None where there is no file."""
    lines = []
    for path in paths:
        try:
            facts = path.stat()
        except OSError:
            continue  # gone between listing and looking
        lines.append(f"{path}|{facts.st_size}|{facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else None


def _watched(settings: Settings) -> list[Path]:
    if settings.external_raw is not None:
        return [settings.external_raw]
    if not settings.landing.is_dir():
        return []
    return sorted(path for path in settings.landing.rglob("*") if path.is_file())
