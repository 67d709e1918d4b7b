"""The story of a closed quarter, played once for all workers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from filelock import FileLock

from compensation.closing import play


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SimpleNamespace:
    """What was seen after each step, and the home as it stands at the end."""
    base = tmp_path_factory.getbasetemp()
    root = (base if worker_id == "master" else base.parent) / "closing"
    root.mkdir(exist_ok=True)
    with FileLock(root.parent / "closing.lock"):
        return play(root)
