"""A finished build, made by hand: what publish is given, without dbt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from finished_build import write_build, write_loads

from orchestration.landing import prepare
from orchestration.publish.history import RunFacts, SourceFreshness
from orchestration.settings import Settings

STARTED_AT = datetime(2026, 9, 30, 10, 15, tzinfo=UTC).replace(tzinfo=None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(
        project_dir=tmp_path / "project",
        home=tmp_path / "home",
        landing=tmp_path / "landing",
        keep_versions=3,
    )
    prepare(settings)
    write_build(settings, {"a1": 10, "a2": 20})
    write_loads(settings, ["l1", "l2"])
    return settings


@pytest.fixture
def facts() -> Callable[..., RunFacts]:
    def make(run_id: str = "20260930T101500Z-aaaaaa", **changes) -> RunFacts:
        given = {
            "run_id": run_id,
            "as_of_date": date(2026, 9, 30),
            "started_at": STARTED_AT,
            "published_at": STARTED_AT + timedelta(minutes=1),
            "sources": [
                SourceFreshness("stripe", date(2026, 9, 30), False),
                SourceFreshness("salesforce", date(2026, 8, 1), True),
            ],
            "dbt_vars": {"as_of_date": "2026-09-30"},
            "landing": "seeds/raw",
        }
        return RunFacts(**{**given, **changes})

    return make
