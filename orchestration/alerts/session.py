"""The frame of sending by hand: the lock of the home, a name for the record."""

from __future__ import annotations

from datetime import UTC, datetime

from orchestration import files
from orchestration.alerts.sending import Sending, send_new_alerts
from orchestration.errors import UserError
from orchestration.lock import refresh_lock
from orchestration.session import new_run_id
from orchestration.settings import Settings


def send_by_hand(settings: Settings, with_unknown: bool = False) -> Sending:
    """Send what waits, while no refresh runs.

    Raises:
        UserError: see `sending.send_new_alerts`; also where a refresh is at work.
    """
    files.make_private()
    if not settings.home.is_dir():
        raise UserError(f"there is no {settings.home}: run `perennial refresh` first")
    with refresh_lock(settings.lock_file, "sending of alerts"):
        return send_new_alerts(settings, new_run_id(datetime.now(UTC)), with_unknown)
