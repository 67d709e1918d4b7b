"""Usage of three companies, and how their scores ranked who left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from simulator.clock import day_number
from truth.conftest import Played, success_truth

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("truth")]

# A day between two outages, a month end with one before it, and the last day.
DAYS = ("2025-11-30", "2026-03-31", "2026-09-30")


def raw_values(played: Played, dimension: str, day: str) -> dict[str, float | None]:
    """Raw value of one dimension by account on one day."""
    return dict(
        played.rows(
            f"""select account_id, raw_value from marts.fct_account_health_drivers
            where dimension = '{dimension}' and score_date = date '{day}'"""
        )
    )


def assert_equal(found: dict[str, float | None], expected: dict[str, float | None]) -> None:
    """Compare values by account to nine digits, and name the first few that differ."""
    assert expected, "nothing to compare with"
    assert found.keys() == expected.keys()
    differing = {
        account: (found[account], value)
        for account, value in expected.items()
        if found[account] != (None if value is None else pytest.approx(value, abs=1e-9))
    }
    assert dict(sorted(differing.items())[:5]) == {}


@pytest.mark.parametrize("day", DAYS)
def test_usage_equals_the_truth(seeded: Played, day: str) -> None:
    truth = success_truth(seeded.company)
    rows = truth.usage(day_number(day))
    tenure = {row.account: day_number(day) - truth.first_paid(row.account) for row in rows}
    assert_equal(
        raw_values(seeded, "active_weekdays", day),
        {row.account: row.active_weekdays / row.weekdays for row in rows},
    )
    assert_equal(
        raw_values(seeded, "user_engagement", day),
        {row.account: row.mau / row.provisioned if row.provisioned else None for row in rows},
    )
    assert_equal(
        raw_values(seeded, "usage_trend", day),
        {
            row.account: row.last_14 / row.prior_14 - 1
            if row.prior_14 and tenure[row.account] >= 28
            else None
            for row in rows
        },
    )


def measures(ranked: list[tuple[float, bool]]) -> tuple[float, float, float]:
    """AUC, average precision and lift of the worst decile of (risk, churned) pairs.

    By their definitions: all pairs compared; precision at each level of risk; levels in parts.
    """
    left = [risk for risk, churned in ranked if churned]
    stayed = [risk for risk, churned in ranked if not churned]
    wins = sum((one > other) + (one == other) / 2 for one in left for other in stayed)
    precision, lift = 0.0, 0.0
    for level in set(left):
        above = [churned for risk, churned in ranked if risk >= level]
        here = [churned for risk, churned in ranked if risk == level]
        precision += sum(here) * sum(above) / len(above)
        room = len(ranked) / 10 - (len(above) - len(here))
        lift += sum(here) * min(1.0, max(0.0, room / len(here)))
    return (
        wins / (len(left) * len(stayed)),
        precision / len(left),
        lift / (len(ranked) / 10) / (len(left) / len(ranked)),
    )


def test_the_backtest_judges_by_who_truly_left(
    seeded: Played, record_property: Callable[[str, object], None]
) -> None:
    """Every score that is 120 days old, against the churns that the simulator knows of.

    Whether the score wins is no test: `make test` keeps the table as properties of this one.
    """
    truth = success_truth(seeded.company)
    scores = seeded.rows(
        """select account_id, score_date, health_score from marts.fct_account_health
        where score_date <= date '2026-06-02' and health_score is not null"""
    )
    gone = {day: truth.churned(day_number(day)) for _, day, _ in scores}
    ranked = [(-float(score), account in gone[day]) for account, day, score in scores]
    ((accounts, churned, *found),) = seeded.rows(
        """select scored_accounts, churned_accounts, auc, pr_auc, top_decile_lift
        from marts.rpt_health_backtest
        where population = 'all' and predictor = 'health_score' and score_date is null"""
    )
    assert (accounts, churned) == (len(ranked), sum(churned for _, churned in ranked))
    assert churned > 20
    assert found == pytest.approx(measures(ranked), abs=1e-9)
    table = seeded.rows(
        """select population, predictor, scored_accounts, churned_accounts, auc, pr_auc,
        top_decile_lift from marts.rpt_health_backtest where score_date is null order by all"""
    )
    record_property("backtest", table)


def test_the_score_of_every_account_day_is_explained_to_the_last_digit(seeded: Played) -> None:
    """28 drivers a day: points make the score, their changes and the overrides' its change."""
    (unexplained,) = seeded.rows(
        """select count(*), min(scores.score_date)
        from marts.fct_account_health as scores
        left join (
            select account_id, score_date, count(*) as dimensions, sum(points) as points,
                sum(weight_change_7d + missingness_change_7d + value_change_7d) as change_7d,
                sum(weight_change_28d + missingness_change_28d + value_change_28d) as change_28d
            from marts.fct_account_health_drivers group by all
        ) as drivers using (account_id, score_date)
        where dimensions is distinct from 28
            or model_score is distinct from points
            or score_change_7d - override_change_7d is distinct from change_7d
            or score_change_28d - override_change_28d is distinct from change_28d"""
    )
    assert unexplained == (0, None)
    ((scored, first, changed),) = seeded.rows(
        """select count(health_score), min(score_date), count(score_change_7d)
        from marts.fct_account_health"""
    )
    assert scored > 20_000
    assert changed > 10_000
    assert first <= date(2025, 10, 31)
