"""One refresh at a time, by a lock of the operating system.

The lock ends with the process that holds it, also after kill -9: there is no stale lock to clear.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import UserError


class AlreadyRunningError(UserError):
    """Another process refreshes (or rolls back) this home right now."""


@contextmanager
def refresh_lock(path: Path, purpose: str = "refresh") -> Iterator[None]:
    """Hold the lock of a home.

    Args:
        path: the lock file; its content (pid, purpose) serves messages only.
        purpose: what the holder does, for the message another process prints.

    Raises:
        AlreadyRunningError: another process holds it; nothing was touched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Python's descriptors are not inherited, so no child process keeps the lock alive.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_who_holds(descriptor, path)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "purpose": purpose}).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _who_holds(descriptor: int, path: Path) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        who = f"a {holder['purpose']} (process {holder['pid']})"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return f"{who} is at work on {path.parent}; try again when it has finished"
