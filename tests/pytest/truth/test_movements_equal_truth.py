"""Movements equal the simulator's truth: every account, every day, to the cent.

The truth is computed in plain Python from contract events; neither side reads the other.
"""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.company import Company, simulate
from simulator.config import SimulatorConfig
from truth.conftest import assert_equal, movements, published, refreshed, true_movements


@pytest.mark.parametrize("seed", [101, 202, 303])
def test_two_thousand_accounts_with_every_kind_of_event(tmp_path: Path, seed: int) -> None:
    company = simulate(SimulatorConfig(accounts=2000, months=36, seed=seed))
    company.emit(tmp_path / "landing", file_format="parquet")
    refreshed(tmp_path / "home", tmp_path / "landing")

    expected = true_movements(company, [company.end])
    assert len(expected) > 10_000
    assert_equal(movements(tmp_path / "home"), expected)

    identity = published(
        tmp_path / "home",
        """
        select count(*) from marts.fct_account_months
        where closing_mrr <> opening_mrr + new_mrr + expansion_mrr + contraction_mrr + churn_mrr
            + reactivation_mrr + fx_mrr + transfer_mrr
        """,
    )
    assert identity == [(0,)]
    causes = published(
        tmp_path / "home",
        """
        with caused as (
            select account_id, change_date as day, sum(mrr_change) as mrr
            from marts.fct_mrr_changes group by all
        ), moved as (
            select account_id, movement_date as day, sum(mrr_change) as mrr
            from marts.fct_mrr_movements group by all
        )
        select count(*) from caused full join moved using (account_id, day)
        where coalesce(caused.mrr, 0) <> coalesce(moved.mrr, 0)
        """,
    )
    assert causes == [(0,)]
    months = published(
        tmp_path / "home",
        """
        select month, opening_mrr, new_mrr, expansion_mrr, contraction_mrr, churn_mrr,
            reactivation_mrr, fx_mrr, closing_mrr
        from marts.rpt_mrr_monthly where segment_kind = 'all' order by month
        """,
    )
    truth = company.truth_months([company.end])
    columns = ["month", "opening_mrr", "new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr"]
    columns += ["reactivation_mrr", "fx_mrr", "closing_mrr"]
    expected_months = list(truth[columns].itertuples(index=False, name=None))
    assert months == expected_months[-len(months) :]


def six_days(company: Company) -> list:
    """The days of six landings, unevenly spread over the last half of a company's life."""
    return [company.end - timedelta(days=back) for back in (330, 240, 163, 92, 30, 0)]


def test_six_successive_whole_landings(tmp_path: Path, small_company: Company) -> None:
    days = six_days(small_company)
    for day in days:
        shutil.rmtree(tmp_path / "landing", ignore_errors=True)
        small_company.emit(tmp_path / "landing", until=day)
        refreshed(tmp_path / "home", tmp_path / "landing")
    assert_equal(movements(tmp_path / "home"), true_movements(small_company, days))


def play_batches(company: Company, root: Path, order: list[list[int]]) -> set[tuple]:
    """Deliver the six batches in groups, each followed by a refresh; the movements at the end."""
    days = six_days(company)
    for group in order:
        for index in group:
            since = days[index - 1] if index else None
            company.emit(root / "landing", until=days[index], since=since, layout="batches")
        refreshed(root / "home", root / "landing")
    return movements(root / "home")


def test_six_batches_in_order(tmp_path: Path, small_company: Company) -> None:
    expected = true_movements(small_company, six_days(small_company), "batches")
    assert_equal(
        play_batches(small_company, tmp_path, [[0], [1], [2], [3], [4], [5]]),
        expected,
    )


def test_six_batches_in_any_order(tmp_path: Path, small_company: Company) -> None:
    expected = true_movements(small_company, six_days(small_company), "batches")
    shuffled = list(range(6))
    random.Random(4).shuffle(shuffled)
    late = play_batches(small_company, tmp_path, [shuffled[:2], shuffled[2:5], shuffled[5:]])
    assert_equal(late, expected)
