"""The hand-written script of `make bench` and the models give the same movements.

The script was written from the definitions without reading the models, so it is also one more
independent opinion on them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.bench.command import Case, Outcome, table
from orchestration.bench.measure import Measurement
from orchestration.bench.script import Comparison, compare
from orchestration.settings import Settings
from scenarios.harness import refresh
from simulator.company import simulate
from simulator.config import SimulatorConfig


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("bench")
    company = simulate(SimulatorConfig(accounts=150, months=30, seed=11))
    company.emit(folder / "landing", file_format="parquet")
    outcome = refresh(folder / "home", folder / "landing")
    assert outcome.code == 0, outcome.text
    return Settings.from_env(
        environ={
            "PERENNIAL_HOME": str(folder / "home"),
            "PERENNIAL_LANDING": str(folder / "landing"),
        }
    )


def test_script_and_models_give_the_same_movements(refreshed: Settings) -> None:
    comparison = compare(refreshed)
    assert comparison.movements > 500
    assert comparison.differences == []


def test_a_movement_that_differs_is_listed(refreshed: Settings) -> None:
    version = (refreshed.published_dir / "perennial.duckdb").resolve()
    with duckdb.connect(str(version)) as connection:
        account, day, kind, change = connection.sql(
            "select account_id, movement_date, movement_type, mrr_change "
            "from marts.fct_mrr_movements order by all limit 1"
        ).fetchone()
        connection.execute(
            "update marts.fct_mrr_movements set mrr_change = mrr_change + 0.01 "
            "where account_id = ? and movement_date = ? and movement_type = ?",
            [account, day, kind],
        )
    assert compare(refreshed).differences == [
        (account, day, kind, change + Decimal("0.01"), change)
    ]


def measurement(total: float) -> Measurement:
    return Measurement(
        seconds={"accept": 1.0, "build": 6.0},
        total_seconds=total,
        cpu_seconds=9.0,
        peak_bytes=700_000_000,
        model_seconds=6.0,
        movement_seconds=3.0,
        logic_seconds=2.0,
    )


def test_the_table_shows_medians_ratios_and_differences() -> None:
    difference = ("acme", date(2026, 1, 1), "new", Decimal("10.00"), None)
    outcome = Outcome(
        Case("demo", Path("landing"), Path("home"), aim_seconds=20),
        [measurement(12.0), measurement(30.0), measurement(13.0)],
        [Comparison(2.0, 5, []), Comparison(2.0, 5, [difference]), Comparison(1.0, 5, [])],
    )
    lines = {line[:36].strip(): line[36:].strip() for line in table([outcome])}
    assert lines["total"] == "13.00 s"
    assert lines["build (models)"] == "6.00 s"
    assert lines["peak memory"] == "0.70 GB"
    assert lines["all models / script"] == "3.0"
    assert lines["behind the movements / script"] == "1.5"
    assert lines["rest (imports, Dagster)"] == "6.00 s"
    assert lines["differences models - script"] == "1"
    assert any("acme" in line and "10.00" in line for line in table([outcome]))
