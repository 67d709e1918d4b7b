"""The other side of the worker: start it early, ask it late."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from expectations.model import Result, Suite
from orchestration.errors import UserError
from orchestration.settings import PROJECT_DIR, TELEMETRY_OFF


class ExpectationsError(UserError):
    """Great Expectations could not be started or broke; no verdict on any data."""


class Runner:
    """A worker process, started at once and spoken to when it is needed.

    Args:
        log_file: takes what Great Expectations prints.
    """

    def __init__(self, log_file: Path) -> None:
        self._log_file = log_file
        log_file.parent.mkdir(parents=True, exist_ok=True)
        environ = {**os.environ, **TELEMETRY_OFF}
        environ["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(PROJECT_DIR), os.environ.get("PYTHONPATH")])
        )
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "expectations.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environ,
                text=True,
                encoding="utf-8",
            )
        self._waiting = 1  # the worker says "ready" first
        self._is_asked = False

    def judge(self, suites: Sequence[Suite]) -> list[Result]:
        """Judge frames.

        Raises:
            ExpectationsError: the worker broke; the text names its log.
        """
        if not suites:
            return []
        request = {"do": "judge", "suites": [suite.as_request() for suite in suites]}
        return [Result(**result) for result in self._ask(request)["results"]]

    def start_docs(self, folder: Path) -> None:
        """Begin to write Data Docs of everything judged so far, without waiting for them."""
        self._send({"do": "docs", "folder": str(folder)})

    def close(self) -> None:
        """Let the worker finish what it was asked for, and end it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None or stdin.closed:
            return
        if not self._is_asked:
            self._process.kill()  # it may still be importing for nobody
        stdin.close()
        stdout.read()
        stdout.close()
        self._process.wait()

    def stop(self) -> None:
        """End the worker at once."""
        self._process.kill()
        self.close()

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.stop()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self._send(request)
        answer: dict[str, Any] = {}
        while self._waiting:
            answer = self._receive()
        return answer

    def _send(self, request: dict[str, Any]) -> None:
        if self._process.stdin is None:
            raise ExpectationsError("the worker of Great Expectations has no input")
        try:
            self._process.stdin.write(json.dumps(request, default=str) + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise self._broken("ended") from None
        self._is_asked = True
        self._waiting += 1

    def _receive(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise self._broken("ended")
        self._waiting -= 1
        answer = json.loads(line)
        if "error" in answer:
            raise self._broken(answer["error"])
        return answer

    def _broken(self, what: str) -> ExpectationsError:
        return ExpectationsError(f"Great Expectations: {what}; log: {self._log_file}")
