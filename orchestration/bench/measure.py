"""Run one refresh in a process of its own; take its seconds and its memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import psutil

from orchestration.errors import UserError
from orchestration.files import read_json
from orchestration.settings import Settings

#: Stages of `last_run.json` in the order of a refresh, and what the table calls them.
STAGES = {
    "start": "start (parse)",
    "accept": "accept",
    "arrival_checks": "arrival checks",
    "build": "build (models)",
    "tests": "tests",
    "publish_gate": "publish gate",
    "publish": "publish",
}
TARGET = "fct_mrr_movements"

_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Measurement:
    """One refresh.

    Attributes:
        seconds: by stage, as the refresh's record has them.
        total_seconds: from the start of the process to its end, by the clock.
        cpu_seconds: of the process and what it started, all cores; beside the clock it tells
            whether the machine was busy with something else.
        peak_bytes: largest resident memory of the whole process tree at one moment.
        model_seconds: sum over the nodes of the build, as dbt tells them.
        movement_seconds: the same over those that the movements are made from.
        logic_seconds: the same without row rules and memory (the layers staging and memory),
            which the script has not.
    """

    seconds: dict[str, float]
    total_seconds: float
    cpu_seconds: float
    peak_bytes: int
    model_seconds: float
    movement_seconds: float
    logic_seconds: float


def measure(settings: Settings, anew: bool = True) -> Measurement:
    """Refresh once.

    Args:
        settings: home and landing.
        anew: empty the home first.

    Raises:
        UserError: the refresh did not publish; the text is its own.
    """
    if anew:
        shutil.rmtree(settings.home, ignore_errors=True)
    settings.home.mkdir(parents=True, exist_ok=True)
    # Settings of the person's own runs must not change what is measured.
    env = {name: text for name, text in os.environ.items() if not name.startswith("PERENNIAL_")}
    env |= settings.dbt_env()
    log = settings.home / "refresh.log"
    started = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", "refresh"],
            cwd=settings.project_dir, env=env, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        watch = _Watch(process.pid)
        watch.start()
        # The usage of a child is told only to the one that waits for it.
        _, status, usage = os.wait4(process.pid, 0)
    total = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.stop()
    if process.returncode != 0:
        text = log.read_text(encoding="utf-8", errors="replace")
        raise UserError(f"the refresh of {settings.landing} did not publish:\n{text}")
    record: dict[str, Any] = read_json(settings.last_run_file)
    needed = _seconds_of_movements(settings, record["run_id"])
    return Measurement(
        seconds=record["seconds"],
        total_seconds=total,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        # ru_maxrss is the largest single process, in KiB on Linux, whatever the samples missed.
        peak_bytes=max(watch.peak_bytes, usage.ru_maxrss * 1024),
        model_seconds=record["dbt_seconds"]["models"],
        movement_seconds=sum(needed.values()),
        logic_seconds=sum(
            seconds for layer, seconds in needed.items() if layer not in ("staging", "memory")
        ),
    )


def _seconds_of_movements(settings: Settings, run_id: str) -> dict[str, float]:
    """Seconds by layer of the movements' model and of all that it is made from."""
    manifest = json.loads((settings.home / "target" / "manifest.json").read_text("utf-8"))
    name = manifest["metadata"]["project_name"]
    needed: set[str] = set()
    queue = [f"model.{name}.{TARGET}"]
    while queue:
        node = queue.pop()
        if node not in needed:
            needed.add(node)
            queue += manifest["parent_map"].get(node, [])
    results_file = settings.run_quality_dir(run_id) / "run_results_build.json"
    results = json.loads(results_file.read_text("utf-8"))["results"]
    seconds: dict[str, float] = defaultdict(float)
    for each in results:
        if each["unique_id"] in needed:
            layer = manifest["nodes"][each["unique_id"]]["fqn"][1]
            seconds[layer] += each["execution_time"]
    return seconds


class _Watch(threading.Thread):
    """Adds up the resident memory of a process and what it started, time and again."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._root = psutil.Process(pid)
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.peak_bytes = max(self.peak_bytes, sum(_resident(each) for each in family))

    def stop(self) -> None:
        """End the sampling."""
        self._done.set()
        self.join()


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:  # it ended between the listing and the question
        return 0
