"""`perennial` in processes that are forked from one which has the libraries imported already.

Importing Dagster, dbt and Great Expectations takes five seconds of processor time, a fifth of a
small refresh. The project itself is imported in the fork, under the settings of that call.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PERENNIAL = Path(sys.executable).parent / "perennial"
LIBRARIES = ("dagster", "dagster_dbt", "dbt.adapters.duckdb", "dbt.cli.main", "great_expectations")


def run(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `perennial WORDS`, and nothing else of this process, in a process of its own."""
    server = _server()
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("stdout", "stderr")]
        request = {"words": list(words), "environment": dict(environment), "files": files}
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        if not answer:
            raise RuntimeError("the process that forks `perennial` has died")
        texts = [Path(file).read_text(encoding="utf-8") for file in files]
    return subprocess.CompletedProcess(request["words"], int(answer), *texts)


@cache
def _server() -> subprocess.Popen[str]:
    """One for each process of the tests."""
    server = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    atexit.register(server.kill)
    return server


def _serve() -> None:
    # What keeps the libraries from calling home has to be set before they are imported.
    importlib.import_module("orchestration.commands").quiet_telemetry()
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            _become(**request)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(words: list[str], environment: dict[str, str], files: list[str]) -> None:
    """Be the command, and end with its exit code."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for descriptor, file in enumerate(files, start=1):
            os.dup2(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600), descriptor)
        sys.argv = [str(PERENNIAL), *words]
        runpy.run_path(str(PERENNIAL), run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
