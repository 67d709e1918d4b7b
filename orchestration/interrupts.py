"""Ctrl-C ends a refresh, also where a library swallows it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GRACE_SECONDS = 5.0


@contextmanager
def ended_by_interrupt(last_words: Callable[[], None]) -> Iterator[None]:
    """See to it that the process ends soon after SIGINT.

    Dagster delays the signal while it keeps its books, and dbt rolls back a connection whose query
    still runs, that is, waits for its end: hours, if need be. So a thread hears of the signal
    too, gives the ordinary way `GRACE_SECONDS`, and then ends the process.

    Args:
        last_words: called in that thread before the process ends, to leave a record.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    is_over = threading.Event()

    def watch() -> None:
        while heard := reader.recv(1):
            if heard[0] == signal.SIGINT and not is_over.wait(GRACE_SECONDS):
                try:
                    last_words()
                finally:
                    os._exit(1)

    threading.Thread(target=watch, name="interrupts", daemon=True).start()
    try:
        yield
    finally:
        is_over.set()
        signal.set_wakeup_fd(before)
        writer.close()
