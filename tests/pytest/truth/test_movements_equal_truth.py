"""Movements equal the simulator's truth: every account, every day, to the cent.

The truth is computed in plain Python from contract events; neither side reads the other.
"""

from __future__ import annotations

import json
import random
import shutil
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from simulator.company import Company
from truth.conftest import (
    ALL_TABLES,
    Played,
    assert_equal,
    movements,
    published,
    refreshed,
    true_movements,
)

ONE_DAY = timedelta(days=1)


def test_two_thousand_accounts_with_every_kind_of_event(seeded: Played) -> None:
    expected = true_movements(seeded.company, [seeded.company.end])
    assert len(expected) > 10_000
    assert_equal(movements(seeded.home), expected)


def test_months_of_two_thousand_accounts_equal_the_truth(seeded: Played) -> None:
    columns = ["month", "opening_mrr", "new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr"]
    columns += ["reactivation_mrr", "fx_mrr", "closing_mrr"]
    months = seeded.rows(
        f"select {', '.join(columns)} from marts.rpt_mrr_monthly where segment_kind = 'all' "
        "order by month"
    )
    truth = seeded.company.truth_months([seeded.company.end])
    expected = list(truth[columns].itertuples(index=False, name=None))
    assert months == expected[-len(months) :]


def test_openings_and_movements_lead_to_the_closings(seeded: Played) -> None:
    identity = seeded.rows(
        """
        select count(*) from marts.fct_account_months
        where closing_mrr <> opening_mrr + new_mrr + expansion_mrr + contraction_mrr + churn_mrr
            + reactivation_mrr + fx_mrr + transfer_mrr
        """
    )
    assert identity == [(0,)]


def test_causes_add_up_to_the_movements(seeded: Played) -> None:
    causes = seeded.rows(
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
        """
    )
    assert causes == [(0,)]


def six_days(company: Company) -> list:
    """The days of six landings, unevenly spread over the last half of a company's life."""
    return [company.end - timedelta(days=back) for back in (330, 240, 163, 92, 30, 0)]


def true_month_ends(company: Company, landings: list[date]) -> dict[tuple[str, date], Decimal]:
    """MRR above 0 of every account at the end of every month closed by the last landing."""
    points: dict[str, list[tuple[date, Decimal]]] = {}
    for account, day, mrr in company.truth(landings).itertuples(index=False, name=None):
        points.setdefault(account, []).append((day, mrr))
    ends = {}
    for account, steps in points.items():
        month = steps[0][0].replace(day=1)
        while (following := (month + timedelta(days=31)).replace(day=1)) <= landings[-1] + ONE_DAY:
            known = [mrr for day, mrr in steps if day < following]
            if known and known[-1] > 0:
                ends[account, month] = known[-1]
            month = following
    return ends


def test_six_successive_whole_landings(tmp_path: Path, small_company: Company) -> None:
    """Also as known then: every closed month-end at every landing, after a rebuild too."""
    days = six_days(small_company)
    for day in days:
        shutil.rmtree(tmp_path / "landing", ignore_errors=True)
        small_company.emit(tmp_path / "landing", until=day)
        if day == days[-1]:
            (tmp_path / "home" / "build.duckdb").unlink()
        refreshed(tmp_path / "home", tmp_path / "landing")
    assert_equal(movements(tmp_path / "home"), true_movements(small_company, days))

    ends = [true_month_ends(small_company, days[:number]) for number in range(1, len(days) + 1)]
    for day, expected in zip(days, ends, strict=True):
        known = published(
            tmp_path / "home",
            f"""
            select account_id, month, mrr from marts.fct_account_month_versions
            where known_at < date '{day}' + interval 1 day
            qualify row_number() over (partition by account_id, month order by known_at desc) = 1
            """,
        )
        found = {(account, month): mrr for account, month, mrr in known if mrr}
        assert found == expected, day
    restated = published(
        tmp_path / "home",
        "select account_id, month, known_before, known_at, old_mrr, new_mrr "
        "from marts.rpt_mrr_restatements",
    )
    assert len(restated) > 20
    for account, month, before, after, old, new in restated:
        then = [
            expected.get((account, month), Decimal(0))
            for day, expected in zip(days, ends, strict=True)
            if day in (before.date(), after.date())
        ]
        assert then == [old, new], (account, month)


def deliver(company: Company, landing: Path, batches: list[int]) -> None:
    """Put batches of all six days into a landing, as a connector that only appends does."""
    days = six_days(company)
    for index in batches:
        since = days[index - 1] if index else None
        company.emit(landing, until=days[index], since=since, layout="batches", tables=ALL_TABLES)


def test_six_batches_in_order(tmp_path: Path, small_company: Company) -> None:
    for index in range(6):
        deliver(small_company, tmp_path / "landing", [index])
        refreshed(tmp_path / "home", tmp_path / "landing")
    expected = true_movements(small_company, six_days(small_company), "batches")
    assert_equal(movements(tmp_path / "home"), expected)


def test_six_batches_in_any_order(tmp_path: Path, small_company: Company) -> None:
    """And the last ones, with events that came before once more, say the same to a new build."""
    landing, home, rebuilt = tmp_path / "landing", tmp_path / "home", tmp_path / "rebuilt"
    shuffled = list(range(6))
    random.Random(4).shuffle(shuffled)
    for late in (shuffled[:2], shuffled[2:5]):
        deliver(small_company, landing, late)
        refreshed(home, landing)
    shutil.copytree(home, rebuilt, symlinks=True)
    (rebuilt / "build.duckdb").unlink()

    deliver(small_company, landing, shuffled[5:])
    tracks = landing / "segment" / "tracks"
    earlier = tracks / f"{six_days(small_company)[shuffled[1]]}.csv"
    header, *rows = earlier.read_text().splitlines()
    (tracks / "sent_again.csv").write_text("\n".join([header, *reversed(rows), ""]))
    for each in (home, rebuilt):
        refreshed(each, landing)
    expected = true_movements(small_company, six_days(small_company), "batches")
    assert_equal(movements(home), expected)
    in_increments, anew = (
        json.loads((each / "published" / "manifest.json").read_text())["content_hashes"]
        for each in (home, rebuilt)
    )
    assert {mart for mart in anew if in_increments.get(mart) != anew[mart]} == set()
    assert in_increments.keys() == anew.keys()
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as build:
        increments = "select max(change_number) from intermediate.int_usage__user_event_days"
        assert build.execute(increments).fetchone()[0] >= 2
