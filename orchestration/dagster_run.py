"""The Dagster job `refresh`, run in this process by the command line."""

from __future__ import annotations

import logging

import dagster as dg

from orchestration.definitions import build_definitions, load_manifest
from orchestration.defs.resources import REFRESH
from orchestration.defs.schedules import JOB_NAME
from orchestration.refresh import Refresh


def run_job(refresh: Refresh) -> None:
    """Run the job; what became of it stands in `refresh.record`.

    Dagster's own log goes to `quality/<run>/dagster.log`.
    """
    job = build_definitions(load_manifest(refresh.settings)).resolve_job_def(JOB_NAME)
    with dg.DagsterInstance.ephemeral() as instance:
        job.execute_in_process(
            instance=instance,
            resources={REFRESH: refresh},
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )


logging.getLogger("dagster").setLevel(logging.CRITICAL)
