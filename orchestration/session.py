"""The frame of a refresh: lock, record, worker, and an outcome whatever happens inside."""

from __future__ import annotations

import resource
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from expectations.runner import Runner
from orchestration import files, run_record
from orchestration.errors import BlockedError, UserError
from orchestration.lock import refresh_lock
from orchestration.publish import links
from orchestration.publish.publisher import clear_leftovers
from orchestration.refresh import Refresh
from orchestration.settings import Settings
from orchestration.terminal import Progress

_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def new_run_id(now: datetime) -> str:
    """Name of a run that sorts by time, e.g. `20260930T101500Z-ab12cd`."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@contextmanager
def open_refresh(
    settings: Settings, full_refresh: bool = False, is_silent: bool = False
) -> Iterator[Refresh]:
    """Hold the lock, and leave a record whatever happens.

    An exception inside becomes the outcome of the record and is not raised further, so that the
    caller reads `record.outcome` in every case; only an end from outside (Ctrl-C) goes on.

    Raises:
        AlreadyRunningError: another refresh runs; it is not disturbed, nor is its record.
    """
    files.make_private()
    with ExitStack() as stack:
        stack.enter_context(refresh_lock(settings.lock_file))
        started = datetime.now(UTC)
        record = run_record.RunRecord(
            run_id=new_run_id(started),
            started_at=started,
            published_run_id=links.current_version(settings),
        )
        # Should this process be killed, the file already says so.
        record.save(settings.last_run_file)
        clear_leftovers(settings)
        runner = stack.enter_context(Runner(settings.run_quality_dir(record.run_id) / "gx.log"))
        refresh = Refresh(settings, record, runner, Progress(is_silent), full_refresh)
        try:
            with refresh.guard():
                yield refresh
        except (BlockedError, UserError):
            pass  # stands in the record
        finally:
            _finish(refresh)


def _finish(refresh: Refresh) -> None:
    record = refresh.record
    record.stage = refresh.progress.stage
    record.seconds = refresh.progress.seconds
    record.dbt_seconds = {
        "models": round(sum(result.seconds for result in refresh.models.results), 3),
        "tests": round(sum(result.seconds for result in refresh.tests.results), 3),
    }
    usage = [resource.getrusage(who).ru_maxrss for who in _PROCESSES]
    record.peak_memory_mb = round(max(usage) / 1024, 1)
    if record.finished_at is None:
        record.close(run_record.ERROR, ["the refresh ended before it published"])
    try:
        refresh.keep_results()
    except Exception as error:  # results that cannot be kept must not hide the outcome
        record.warnings.append(f"the results of the checks could not be kept: {error}")
    record.save(refresh.settings.last_run_file)
