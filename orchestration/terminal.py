"""What a person reads while a command runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "", end: str = "\n") -> None:
    """Print for the person, at once."""
    print(text, end=end, flush=True)  # noqa: T201


def complain(text: str) -> None:
    """Print an error for the person."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


class Progress:
    """One line per stage, with its seconds; the seconds add up where a stage has several parts.

    Attributes:
        seconds: stage name to seconds so far.
        stage: the stage that runs, or ran last.
    """

    def __init__(self, is_silent: bool = False) -> None:
        self.seconds: dict[str, float] = {}
        self.stage = "start"
        self._is_silent = is_silent

    @contextmanager
    def step(self, stage: str, title: str) -> Iterator[list[str]]:
        """Time a part of a stage.

        Args:
            stage: name under which the seconds are added up.
            title: what the line says.

        Yields:
            a list; texts added to it close the line.
        """
        self.stage = stage
        notes: list[str] = []
        started = time.perf_counter()
        if not self._is_silent:
            say(f"{title:<16} ", end="")
        try:
            yield notes
        except BaseException:
            notes.append("STOPPED")
            raise
        finally:
            seconds = time.perf_counter() - started
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + seconds, 3)
            if not self._is_silent:
                say(f"{seconds:6.1f} s   {', '.join(notes)}")
