"""Stages of the journey equal the simulator's truth on every scored day."""

from __future__ import annotations

from collections import Counter
from datetime import date

from simulator.clock import day_number
from truth.conftest import Played, success_truth


def stage_on(stages: list[tuple[str, int, int | None]], day: int) -> str:
    """The stage that an account is in at the end of a day."""
    return next(
        stage for stage, entered, left in stages if entered <= day and (left is None or day < left)
    )


def test_the_stage_of_a_scored_day_is_the_true_one(seeded: Played) -> None:
    truth = success_truth(seeded.company)
    found: list[tuple[str, date, str]] = seeded.rows(
        "select account_id, score_date, journey_stage from marts.fct_account_health"
    )
    stages = {account: truth.stages(account) for account, *_ in found}
    expected = [(stage_on(stages[account], day_number(day))) for account, day, _ in found]
    # Accounts of every stage, also some that went through one on a single day.
    assert len(Counter(expected)) == 5
    assert any(left == entered for rows in stages.values() for _, entered, left in rows)
    wrong = [row for row, true in zip(found, expected, strict=True) if row[2] != true]
    assert wrong[:5] == []
