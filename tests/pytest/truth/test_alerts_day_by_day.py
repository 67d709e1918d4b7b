"""Alerts played step by step equal those of one run that catches up, where nothing arrives late.

Both begin with the same first run, whose record the one run at the end has as its history. All data
are landed before the first run, which the as-of day moves through: so nothing is late.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from scenarios.harness import refresh
from simulator.company import simulate
from simulator.config import SimulatorConfig
from truth.conftest import ALL_TABLES, published

pytestmark = pytest.mark.slow

SPAN = 60
#: Days after the first run on which a run happens: the next day, several, and after weeks.
STEPS = (1, 2, 7, 20, SPAN)
ALERTS = """
    select * exclude (known_at, mrr_at_risk), cast(mrr_at_risk as varchar)
    from marts.fct_alerts order by alert_id
"""
OPENED_SINCE = "select distinct rule from marts.fct_alerts where opened_date > date '{}'"


def test_sixty_days_in_steps_equal_one_run_that_catches_up(tmp_path: Path) -> None:
    company = simulate(SimulatorConfig(accounts=60, months=14, seed=8))
    first_day = company.end - timedelta(days=SPAN)
    company.emit(tmp_path / "landing", tables=ALL_TABLES)

    def run(home: Path, days: int) -> None:
        as_of = (first_day + timedelta(days=days)).isoformat()
        outcome = refresh(home, tmp_path / "landing", as_of=as_of)
        assert outcome.code == 0, outcome.text

    run(tmp_path / "steps", 0)
    shutil.copytree(tmp_path / "steps", tmp_path / "at_once", symlinks=True)
    for days in STEPS:
        run(tmp_path / "steps", days)
    run(tmp_path / "at_once", SPAN)

    in_steps, at_once = (published(tmp_path / name, ALERTS) for name in ("steps", "at_once"))
    assert set(in_steps) - set(at_once) == set()
    assert set(at_once) - set(in_steps) == set()
    opened = {row[0] for row in published(tmp_path / "steps", OPENED_SINCE.format(first_day))}
    assert len(opened) >= 12, f"too few rules were at work to compare: {sorted(opened)}"
