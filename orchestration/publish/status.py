"""What stands published, for the person."""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.alerts.outbox import count_states
from orchestration.errors import UserError
from orchestration.publish.links import current_manifest, current_version
from orchestration.publish.versions import list_versions
from orchestration.run_record import read_last_run
from orchestration.settings import Settings


def describe(settings: Settings) -> Iterable[str]:
    """Lines: last run, published version, data through, stale sources, versions kept."""
    last = read_last_run(settings.last_run_file)
    if last is None:
        yield f"No refresh has run yet in {settings.home}; `make refresh` runs one"
    else:
        yield f"Last run:   {last['run_id']}: {last['outcome']}, started {last['started_at'][:19]}"
        for reason in last.get("reasons") or []:
            yield f"            - {reason}"
    current = current_version(settings)
    manifest = current_manifest(settings)
    if current is None or manifest is None:
        yield "Published:  nothing"
        return
    yield f"Published:  {current}, as of {manifest['as_of_date']}"
    through = manifest["data_through"]
    if isinstance(through, dict):
        yield "Data:       " + ", ".join(f"{name} to {day}" for name, day in through.items())
    stale = manifest["stale_sources"]
    yield f"Stale:      {', '.join(stale) if isinstance(stale, list) and stale else 'none'}"
    pay = manifest.get("compensation")
    if isinstance(pay, dict) and pay.get("is_held"):
        yield f"Pay data:   held at version {pay.get('run_id') or 'none'}"
        yield from (f"            - {reason}" for reason in pay.get("reasons") or [])
    yield from _alerts(settings)
    yield "Versions:"
    for run_id in reversed(list_versions(settings)):
        yield f"  {'*' if run_id == current else ' '} {run_id}"


def _alerts(settings: Settings) -> Iterable[str]:
    try:
        counts = count_states(settings)
    except UserError:
        return  # being sent at this moment
    if counts:
        told = ", ".join(f"{count} {state}" for state, count in counts.items())
        yield f"Alerts:     {told}"
