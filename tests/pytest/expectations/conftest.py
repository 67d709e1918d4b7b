"""Great Expectations, started once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from expectations.runner import Runner


@pytest.fixture(scope="session")
def runner(tmp_path_factory) -> Iterator[Runner]:
    with Runner(tmp_path_factory.mktemp("expectations") / "gx.log") as runner:
        yield runner
