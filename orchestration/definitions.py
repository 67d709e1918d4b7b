"""Everything Dagster shows: raw tables, dbt models, checks, the published version, alerts, the job.

`dagster dev -m orchestration.definitions` reads `defs`; the command line takes the job alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration import dbt_runs, files
from orchestration.contract import load_contract
from orchestration.defs import (
    alerts,
    closing,
    landing,
    publish,
    quality,
    resources,
    schedules,
    warehouse,
)
from orchestration.settings import Settings


def build_definitions(manifest: Mapping[str, Any]) -> dg.Definitions:
    """Make all definitions from dbt's manifest.

    Args:
        manifest: the parsed `manifest.json`.
    """
    dbt_models = warehouse.build_warehouse(manifest)
    marts = warehouse.mart_keys(dbt_models)
    gate = quality.build_gate(marts)
    return dg.Definitions(
        assets=[
            landing.build_landing(manifest),
            dbt_models,
            publish.build_publish(marts),
            alerts.build_alerts(),
        ],
        asset_checks=[gate] if gate else [],
        jobs=[schedules.build_job(), closing.build_closing()],
        schedules=[schedules.build_schedule()],
        sensors=[schedules.build_sensor()],
        resources={resources.REFRESH: resources.refresh_resource},
        executor=dg.in_process_executor,
    )


def load_manifest(settings: Settings) -> dict[str, Any]:
    """The manifest as dbt wrote it."""
    return json.loads(dbt_runs.manifest_file(settings).read_text(encoding="utf-8"))


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads: parses the dbt project where it changed."""
    from orchestration.landing import prepare

    files.make_private()
    settings = Settings.from_env()
    prepare(settings, load_contract(settings.project_dir))
    dbt_runs.prepare_manifest(settings)
    return build_definitions(load_manifest(settings))
