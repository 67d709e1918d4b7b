"""The Dagster job `refresh`, run in this process by the command line."""

from __future__ import annotations

import dagster as dg

from orchestration.definitions import build_definitions, load_manifest
from orchestration.defs.resources import REFRESH
from orchestration.defs.schedules import JOB_NAME
from orchestration.errors import UserError
from orchestration.refresh import Refresh


def run_job(refresh: Refresh) -> None:
    """Run the job; what stopped a stage stands in `refresh.record`.

    Its events are kept in memory: writing them to the web interface's database took as long as
    building the demo does (measured: 8 s of processor time for 600 events).

    Raises:
        UserError: Dagster itself failed, between the stages.
    """
    job = build_definitions(load_manifest(refresh.settings)).resolve_job_def(JOB_NAME)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            resources={REFRESH: refresh},
            raise_on_error=False,
            # The stages talk to the person; Dagster's own words would only be in between.
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if not result.success and refresh.record.finished_at is None:
        raise UserError(_own_failure(result, refresh))


def _own_failure(result: dg.ExecuteInProcessResult, refresh: Refresh) -> str:
    errors = [
        event.step_failure_data.error
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.error
    ]
    log = refresh.quality_dir / "dagster.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("\n\n".join(error.to_string() for error in errors), encoding="utf-8")
    cause = errors[0].cause or errors[0] if errors else None
    text = " ".join(cause.message.split()) if cause else "no reason given"
    return f"Dagster stopped after {refresh.progress.stage}: {text}; details: {log}"
