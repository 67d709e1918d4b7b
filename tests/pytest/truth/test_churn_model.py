"""The churn model on three companies: its labels, its held-out days, and what it could know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from simulator.clock import day_number
from simulator.company import simulate
from simulator.config import Shares, SimulatorConfig
from truth.conftest import ALL_TABLES, Played, refreshed, success_truth
from truth.test_health_equals_truth import measures

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

TARGETS = ("within_90_days", "days_31_to_120")


def built(home: Path, query: str) -> list[tuple]:
    """Rows of a query on the models beneath the marts."""
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_labels_are_those_who_truly_left(seeded: Played) -> None:
    """(t, t+90] for the first target; (t+30, t+120], early churners left out, for the second."""
    truth = success_truth(seeded.company)
    rows = built(
        seeded.home,
        """select target, account_id, score_date, is_churned
        from intermediate.int_prediction__labels""",
    )
    for target in TARGETS:
        labelled = {(day, key): gone for each, key, day, gone in rows if each == target}
        assert sum(labelled.values()) > 100
        for day in sorted({day for day, _ in labelled}):
            number = day_number(day)
            early, late = truth.churned(number, 30), truth.churned(number, 120)
            left = truth.churned(number, 90) if target == TARGETS[0] else late - early
            found = {key for (each, key), gone in labelled.items() if each == day and gone}
            judged = {key for each, key in labelled if each == day}
            assert found == left & judged
            expected = set(truth.paying(number)) - (set() if target == TARGETS[0] else early)
            assert judged == expected


def test_label_windows_of_training_end_before_the_first_test_day(seeded: Played) -> None:
    rows = built(
        seeded.home,
        """select target, max(trained_through), min(score_date), count(distinct score_date),
        count(*), count(distinct (account_id, score_date)), count(probability)
        from intermediate.int_prediction__scored where part = 'held_out' group by target""",
    )
    assert {row[0] for row in rows} == set(TARGETS)
    for target, trained_through, first_tested, days, predictions, keys, known in rows:
        window = 90 if target == TARGETS[0] else 120
        assert trained_through + timedelta(days=120) <= first_tested
        assert trained_through + timedelta(days=window) <= first_tested
        assert days == 6
        assert predictions == keys == known > 8000


def test_the_evaluation_is_that_of_the_held_out_rows(
    seeded: Played, record_property: Callable[[str, object], None]
) -> None:
    """Average precision, lift and Brier score by their definitions, against the true churns."""
    truth = success_truth(seeded.company)
    for target in TARGETS:
        rows = built(
            seeded.home,
            f"""select account_id, score_date, probability
            from intermediate.int_prediction__scored as scored
            inner join marts.fct_account_health using (account_id, score_date)
            where part = 'held_out' and target = '{target}' and health_score is not null""",
        )
        gone = {}
        for day in {day for _, day, _ in rows}:
            number = day_number(day)
            early, late = truth.churned(number, 30), truth.churned(number, 120)
            gone[day] = truth.churned(number, 90) if target == TARGETS[0] else late - early
        ranked = [(risk, account in gone[day]) for account, day, risk in rows]
        rate = sum(churned for _, churned in ranked) / len(ranked)
        _, precision, lift = measures(ranked)
        brier = sum((risk - churned) ** 2 for risk, churned in ranked) / len(ranked)
        ((accounts, churned, *found),) = seeded.rows(
            f"""select scored_accounts, churned_accounts, pr_auc, top_decile_lift, brier_score,
            base_rate_brier_score from marts.rpt_churn_model_evaluation
            where target = '{target}' and population = 'all' and segment_kind = 'all'
                and predictor = 'churn_model'"""
        )
        assert (accounts, churned) == (len(ranked), sum(churned for _, churned in ranked))
        assert found == pytest.approx([precision, lift, brier, rate * (1 - rate)], abs=1e-9)
    for mart in ("evaluation", "calibration"):
        table = seeded.rows(f"select * from marts.rpt_churn_model_{mart} order by all")
        record_property(mart, table)


def test_the_model_ranks_better_than_the_score_and_all_baselines(seeded: Played) -> None:
    """By the label of 90 days, the one by which they are compared."""
    rows = seeded.rows(
        f"""select predictor, pr_auc, top_decile_lift, brier_score, base_rate_brier_score
        from marts.rpt_churn_model_evaluation
        where target = '{TARGETS[0]}' and population = 'all' and segment_kind = 'all'"""
    )
    found = {predictor: figures for predictor, *figures in rows}
    precision, lift, brier, base_rate_brier = found.pop("churn_model")
    assert set(found) == {"health_score", "naive_formula", "usage_trend", "days_to_renewal"}
    assert precision > max(figures[0] for figures in found.values())
    assert lift > max(figures[1] for figures in found.values())
    assert brier < base_rate_brier


def test_every_paying_account_has_one_prediction(seeded: Played) -> None:
    truth = success_truth(seeded.company)
    rows = seeded.rows(
        """select account_id, churn_probability, expected_mrr_at_risk, mrr, null_reason,
        driver_1, driver_2, driver_3, prediction_date from marts.fct_churn_predictions"""
    )
    today = seeded.company.end
    assert sorted(row[0] for row in rows) == sorted(truth.paying(day_number(today)))
    for _, probability, at_risk, mrr, reason, *drivers, day in rows:
        assert (reason, day) == (None, today)
        assert 0 < probability < 1
        assert float(at_risk) == pytest.approx(probability * float(mrr), abs=0.005001)
        named = [driver for driver in drivers if driver]
        assert len(named) == len(set(named))
    assert sum(1 for row in rows if row[5]) > len(rows) / 2


def test_what_happens_later_changes_no_feature(tmp_path: Path) -> None:
    """The landing of 30 April, and that of five months later, which holds all that came after.

    Compared up to 31 March, to nine digits: rows of April's last days still arrive in May. What
    restates the past (merges, hand-overs, evidence that comes with a later invoice) is left out
    of this company: a day's first values stay on record.
    """
    restated = Shares(
        merged=0,
        relinked=0,
        transferred=0,
        late_connector=0,
        deleted_item=0,
        collapsed=0,
        unprorated=0,
        next_invoice=0,
    )
    company = simulate(SimulatorConfig(accounts=60, months=24, seed=8, shares=restated))
    for name, until in (("then", "2025-04-30"), ("later", "2025-09-30")):
        company.emit(tmp_path / f"landing_{name}", until=until, tables=ALL_TABLES)
        refreshed(tmp_path / name, tmp_path / f"landing_{name}")
    query = """
        select * exclude (is_as_of_day) from intermediate.int_prediction__features
        where score_date between date '2024-10-31' and date '2025-03-31'
    """
    then, later = (
        {
            tuple(round(value, 9) if isinstance(value, float) else value for value in row)
            for row in built(tmp_path / name, query)
        }
        for name in ("then", "later")
    )
    assert len(then) > 150
    assert then - later == set()
    assert later - then == set()
