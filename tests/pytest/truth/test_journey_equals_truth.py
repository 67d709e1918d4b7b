"""The journey, its stages by day and the first value equal the simulator's truth."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from simulator.clock import day_number, to_date
from truth.conftest import Played, assert_equal, success_truth

DUE_DAYS = {"onboarding": 30, "adoption": 90, "value_realisation": 180, "expansion": 365}
MILESTONES = {
    "onboarding": ("setup_completed", "first_value"),
    "adoption": ("active_weeks",),
    "value_realisation": ("goal_met",),
    "expansion": ("expansion",),
}


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
    stages = {account: truth.stages(account) for account in {row[0] for row in found}}
    expected = [(stage_on(stages[account], day_number(day))) for account, day, _ in found]
    # Accounts of every stage, also some that went through one on a single day.
    assert len(Counter(expected)) == 5
    assert any(left == entered for rows in stages.values() for _, entered, left in rows)
    wrong = [row for row, true in zip(found, expected, strict=True) if row[2] != true]
    assert wrong[:5] == []


def test_every_stage_was_entered_left_and_late_as_it_truly_was(seeded: Played) -> None:
    truth = success_truth(seeded.company)
    expected = set()
    for (account,) in seeded.rows("select account_id from marts.dim_accounts"):
        paid, reached = truth.first_paid(account), truth.milestones(account)
        for stage, entered, left in truth.stages(account):
            due = to_date(paid) + timedelta(DUE_DAYS[stage]) if stage in DUE_DAYS else None
            until = to_date(truth.as_of if left is None else left)
            is_late = due is not None and until > due
            days = frozenset(
                (name, to_date(reached[name]) if name in reached else None)
                for name in MILESTONES.get(stage, ())
            )
            done = to_date(left) if left is not None else None
            expected.add((account, stage, to_date(entered), due, done, is_late, days))
    # Left in time and late, open in time and late.
    assert min(Counter((row[4] is None, row[5]) for row in expected).values()) >= 5
    assert len(Counter(row[1] for row in expected)) == 5
    found = {
        (*row, frozenset(evident(evidence)) if row[1] in MILESTONES else frozenset())
        for *row, evidence in seeded.rows(
            "select account_id, stage, entered_date, due_date, left_date, is_late, evidence "
            "from marts.fct_account_journey where stage <> 'renewal'"
        )
    }
    assert_equal(found, expected)


def evident(evidence: str) -> list[tuple[str, date | None]]:
    """Milestones that the evidence names, with the day each was reached."""
    named = [each.split(": ") for each in evidence.split("; ")]
    states = {"awaited": None}
    return [
        (name, states[text] if text in states else date.fromisoformat(text.split()[-1]))
        for name, text in named
    ]


def test_the_first_value_took_the_true_number_of_days(seeded: Played) -> None:
    truth = success_truth(seeded.company)
    found = seeded.rows(
        "select account_id, days_to_first_value, is_first_value_reached from marts.dim_accounts"
    )
    expected = []
    for account, *_ in found:
        paid, value = truth.first_paid(account), truth.milestones(account).get("first_value")
        if paid is None:
            expected.append((account, None, None))
            continue
        until = truth.as_of
        if truth.mrr(account, until) == 0:
            until = max(
                each.day
                for each in truth.movements
                if each.account == account and each.closing == 0
            )
        days = max(0, (until if value is None else value) - paid)
        expected.append((account, days, value is not None))
    kinds = Counter((days == 0, is_reached) for _, days, is_reached in expected)
    assert min(kinds[each] for each in [(True, True), (False, True), (False, False)]) >= 5
    assert_equal(set(found), set(expected))


def test_the_first_value_of_the_score_is_that_of_the_account(seeded: Played) -> None:
    ((compared, different),) = seeded.rows(
        """
        select
            count(*),
            count(*) filter (drivers.raw_value is distinct from accounts.days_to_first_value)
        from marts.fct_account_health_drivers as drivers
        inner join marts.dim_accounts as accounts on drivers.account_id = accounts.account_id
        where
            drivers.dimension = 'time_to_first_value'
            and drivers.raw_value is not null
            and drivers.score_date = (select max(score_date) from marts.fct_account_health_drivers)
        """
    )
    assert compared >= 100
    assert different == 0
