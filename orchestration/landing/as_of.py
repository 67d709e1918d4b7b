"""The day a run speaks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestration.contract import read_yaml
from orchestration.landing.errors import LandingError
from orchestration.landing.model import Load
from orchestration.settings import Settings


def as_of_day(settings: Settings, loads: Iterable[Load]) -> date | None:
    """The day asked for, else the latest sync day over the loads, never the wall clock.

    Returns:
        A calendar day of the reporting timezone; None where no load has a sync time.

    Raises:
        LandingError: var `reporting_timezone` names no timezone.
    """
    if settings.as_of is not None:
        return settings.as_of
    latest = max((load.synced_to for load in loads if load.synced_to is not None), default=None)
    if latest is None:
        return None
    return latest.replace(tzinfo=UTC).astimezone(_reporting_timezone(settings)).date()


def _reporting_timezone(settings: Settings) -> ZoneInfo:
    name = settings.dbt_vars.get("reporting_timezone")
    project_file = settings.project_dir / "dbt_project.yml"
    if name is None and project_file.exists():
        name = (read_yaml(project_file).get("vars") or {}).get("reporting_timezone")
    try:
        return ZoneInfo(str(name or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        raise LandingError(f"var reporting_timezone: there is no timezone {name!r}") from None
