"""A project small enough to refresh in seconds, and a landing for it."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from expectations.runner import Runner
from orchestration import cli
from orchestration import session as session_module
from orchestration import settings as settings_module
from orchestration.files import read_json
from orchestration.settings import PROJECT_DIR, Settings

HERE = Path(__file__).parent


@dataclass
class Done:
    """What became of a command."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Toy:
    """A copy of the toy project with a home and a landing of its own."""

    settings: Settings
    runner: Runner

    def land(self, items: list[str] | None = None, columns: str = "id,quantity,amount") -> None:
        """Write the required table; rows without their sync time."""
        folder = self.settings.landing / "stripe"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{columns},_fivetran_synced"]
        for number, item in enumerate(items or ["si_1,1,1000", "si_2,2,2500"]):
            lines.append(f"{item},2026-0{1 + number}-15 10:00:00")
        (folder / "subscription_item.csv").write_text("\n".join(lines) + "\n")

    def land_accounts(self, synced: str = "2026-02-15 10:00:00") -> None:
        """Write the optional table."""
        folder = self.settings.landing / "salesforce"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "account.csv").write_text(f"id,_fivetran_synced\n001,{synced}\n")

    def command(self, *words: str) -> list[str]:
        """`perennial` on this project."""
        return [sys.executable, str(HERE / "run_toy.py"), str(self.settings.project_dir), *words]

    @property
    def environ(self) -> dict[str, str]:
        """What `command` runs in."""
        return {
            **{name: value for name, value in os.environ.items() if name != "PERENNIAL_RAW"},
            "PERENNIAL_HOME": str(self.settings.home),
            "PERENNIAL_LANDING": str(self.settings.landing),
        }

    def run(self, *words: str, **environ: str) -> Done:
        """Run a command to its end, in this process: imports cost more than the toy does."""
        out, err = io.StringIO(), io.StringIO()
        umask = os.umask(0o022)
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(settings_module, "PROJECT_DIR", self.settings.project_dir)
            patch.setattr(session_module, "Runner", lambda _: self.runner)
            patch.delenv("PERENNIAL_RAW", raising=False)
            for name, value in {**self.environ, **environ}.items():
                patch.setenv(name, value)
            code = cli.main(words)
        os.umask(umask)
        return Done(code, out.getvalue(), err.getvalue())

    @property
    def last_run(self) -> dict:
        """The record of the last refresh."""
        return read_json(self.settings.last_run_file)

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change a file of the project."""
        file = self.settings.project_dir / path
        file.write_text(change(file.read_text()))


class SharedRunner(Runner):
    """A worker that outlives a refresh: starting one takes longer than all the toy's stages."""

    def close(self) -> None:
        while self._is_asked and self._waiting:
            self._receive()

    stop = close


@pytest.fixture(scope="session")
def shared_runner(tmp_path_factory) -> Iterator[Runner]:
    runner = SharedRunner(tmp_path_factory.mktemp("runner") / "gx.log")
    yield runner
    Runner.close(runner)


@pytest.fixture
def toy(tmp_path: Path, shared_runner: Runner) -> Toy:
    project = tmp_path / "project"
    shutil.copytree(HERE / "toy_project", project)
    shutil.copyfile(PROJECT_DIR / "profiles.yml", project / "profiles.yml")
    settings = Settings(project_dir=project, home=tmp_path / "home", landing=tmp_path / "landing")
    toy = Toy(settings, shared_runner)
    toy.land()
    return toy
