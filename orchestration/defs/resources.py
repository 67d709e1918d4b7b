"""The refresh as a Dagster resource: lock, record, progress and results of one run."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from orchestration.errors import BlockedError, UserError
from orchestration.refresh import Refresh
from orchestration.session import open_refresh
from orchestration.settings import Settings

REFRESH = "refresh"


@dg.resource(
    config_schema={
        "vars": dg.Field(str, default_value="", description="dbt vars, as --vars takes them"),
        "full_refresh": dg.Field(bool, default_value=False),
    },
    description="One refresh under the lock of its home; the command line brings its own.",
)
def refresh_resource(context: dg.InitResourceContext) -> Iterator[Refresh]:
    """Open a refresh for a run that the web interface, the schedule or the sensor started."""
    config = context.resource_config
    settings = Settings.from_env(config["vars"] or None)
    with open_refresh(settings, bool(config["full_refresh"]), is_silent=True) as refresh:
        with refresh.guard():
            refresh.prepare()
        yield refresh


def attempt(refresh: Refresh, stage: Callable[[], Any]) -> dg.Failure | None:
    """Run a stage; what stops it stands in the refresh's record, and is returned for Dagster.

    So an asset can report the checks that failed before it fails itself.
    """
    try:
        with refresh.guard():
            stage()
    except (BlockedError, UserError) as error:
        return dg.Failure(description=str(error), allow_retries=False)
    return None
