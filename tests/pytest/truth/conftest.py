"""Simulated companies, refreshed through the whole path and held against their own truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas
import pytest
from filelock import FileLock

from scenarios.harness import PROJECT, Outcome, refresh
from simulator.company import (
    HEALTH_TABLES,
    OPTIONAL_TABLES,
    REQUIRED_TABLES,
    Company,
    simulate,
)
from simulator.config import Shares, SimulatorConfig
from simulator.usage_truth import SuccessTruth

ALL_TABLES = REQUIRED_TABLES + OPTIONAL_TABLES + HEALTH_TABLES
# Product analytics nearly from the start, and month ends scored for as long: 26 are judged, of
# which the last six are held out. Two hold about a hundred leavers: too few to compare by.
USAGE_MONTHS = 33
LONG_HISTORY = {"health_backfill_month_ends": 30, "churn_test_month_ends": 6}
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


def refreshed(home: Path, landing: Path, dbt_vars: dict[str, Any] | None = None) -> Outcome:
    """One refresh that has to publish."""
    outcome = refresh(home, landing, dbt_vars=dbt_vars)
    assert outcome.code == 0, outcome.text
    return outcome


def assert_equal(found: set[tuple], expected: set[tuple]) -> None:
    """Compare movements and name the first few that differ."""
    missing = sorted(str(row) for row in expected - found)[:5]
    surplus = sorted(str(row) for row in found - expected)[:5]
    assert (missing, surplus) == ([], [])


class Played(NamedTuple):
    """A simulated company and the home into which its last day was refreshed."""

    company: Company
    home: Path

    def rows(self, query: str) -> list[tuple]:
        """Rows of a query on the published marts."""
        return published(self.home, query)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Folder of what is refreshed once for all workers."""
    base = tmp_path_factory.getbasetemp()
    root = (base if worker_id == "master" else base.parent) / "truth"
    root.mkdir(exist_ok=True)
    return root


@pytest.fixture(scope="session")
def demo(shared: Path) -> Path:
    """Home of the shipped demo."""
    home = shared / "home_demo"
    with FileLock(shared / "demo.lock"):
        if not (home / "published" / "current").exists():
            refreshed(home, PROJECT / "seeds" / "raw")
    return home


@pytest.fixture(scope="session")
def played(shared: Path) -> Callable[[int], Played]:
    """A company of 2,000 accounts over 36 months by seed, refreshed once for all workers."""

    @cache
    def play(seed: int) -> Played:
        shares = Shares(lapsing=0.06)  # so that terms of every outcome fall due
        company = simulate(
            SimulatorConfig(
                accounts=2000, months=36, seed=seed, usage_months=USAGE_MONTHS, shares=shares
            )
        )
        home = shared / f"home_{seed}"
        with FileLock(shared / f"{seed}.lock"):
            if not (home / "published" / "current").exists():
                company.emit(shared / f"landing_{seed}", file_format="parquet", tables=ALL_TABLES)
                refreshed(home, shared / f"landing_{seed}", LONG_HISTORY)
        return Played(company, home)

    return play


@cache
def success_truth(company: Company) -> SuccessTruth:
    """The truth of usage, owners, journeys, ratings and churn, worked out once per process."""
    return company.truth_success()


@pytest.fixture(params=[101, 202, 303])
def seeded(request: pytest.FixtureRequest, played: Callable[[int], Played]) -> Played:
    """Each of three companies in turn."""
    return played(request.param)


@pytest.fixture(scope="session")
def small_company() -> Company:
    """A company whose landings are played day by day."""
    return simulate(SimulatorConfig(accounts=200, months=24, seed=5))
