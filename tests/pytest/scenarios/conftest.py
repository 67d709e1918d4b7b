"""Where the refreshes of all scenario groups live: one folder for all workers of a session."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

# A group's landing holds the stories of all modules, whichever tests were asked for.
for _module in sorted(Path(__file__).parent.glob("test_*.py")):
    importlib.import_module(f"scenarios.{_module.stem}")


@pytest.fixture(scope="session")
def scenario_root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that every worker of this session shares."""
    base = tmp_path_factory.getbasetemp()
    root = (base if worker_id == "master" else base.parent) / "scenarios"
    root.mkdir(exist_ok=True)
    return root
