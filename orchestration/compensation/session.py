"""The frame of a closing: the lock of the home, private files, the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime

from orchestration import files
from orchestration.compensation.closing import Closing, close, parse_quarter
from orchestration.errors import UserError
from orchestration.lock import refresh_lock
from orchestration.publish.database import utc_now
from orchestration.session import new_run_id
from orchestration.settings import Settings


def close_published(settings: Settings, quarter: str | None) -> Closing:
    """Lock a quarter as it is published, while no refresh runs.

    Raises:
        UserError: see `closing.close`; also where a refresh is at work.
    """
    files.make_private()
    wanted = parse_quarter(quarter)
    if not settings.home.is_dir():
        raise UserError(f"there is no {settings.home}: run `perennial refresh` first")
    with refresh_lock(settings.lock_file, "closing of a quarter"):
        return close(settings, wanted, new_run_id(datetime.now(UTC)), utc_now())
