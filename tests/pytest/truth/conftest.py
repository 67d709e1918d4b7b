"""Simulated companies, refreshed through the whole path and held against their own truth."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas
import pytest

from scenarios.harness import Outcome, refresh
from simulator.company import Company, simulate
from simulator.config import SimulatorConfig

MOVEMENT_COLUMNS = (
    "account_id, movement_date, movement_type, mrr_change, opening_mrr, closing_mrr, churn_reason"
)


def published(home: Path, query: str) -> list[tuple]:
    """Rows of a query on the published marts."""
    path = str(home / "published" / "perennial.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        return connection.sql(query).fetchall()


def movements(home: Path) -> set[tuple]:
    """All published movements, as the simulator's truth has them."""
    return set(published(home, f"select {MOVEMENT_COLUMNS} from marts.fct_mrr_movements"))


def true_movements(company: Company, landings: list[date], mode: str = "whole") -> set[tuple]:
    """All movements that these landings show, by the simulator."""
    frame: pandas.DataFrame = company.truth_movements(landings, mode)
    return set(frame.itertuples(index=False, name=None))


def refreshed(home: Path, landing: Path) -> Outcome:
    """One refresh that has to publish."""
    outcome = refresh(home, landing)
    assert outcome.code == 0, outcome.text
    return outcome


def assert_equal(found: set[tuple], expected: set[tuple]) -> None:
    """Compare movements and name the first few that differ."""
    missing = sorted(str(row) for row in expected - found)[:5]
    surplus = sorted(str(row) for row in found - expected)[:5]
    assert (missing, surplus) == ([], [])


@pytest.fixture(scope="session")
def small_company() -> Company:
    """A company whose landings are played day by day."""
    return simulate(SimulatorConfig(accounts=200, months=24, seed=5))
