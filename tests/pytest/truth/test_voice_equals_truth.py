"""Ratings and NPS equal those of the answers that the simulator's contacts gave."""

from __future__ import annotations

import pytest

from simulator.clock import day_number
from truth.conftest import Played, success_truth

HALF_LIFE = 180
WINDOW = 90


def weighed(answers: list[tuple[int, int]], day: int) -> float:
    """Mean of (day, score), each weighing half after every half-life."""
    weights = [0.5 ** ((day - at) / HALF_LIFE) for at, _ in answers]
    return sum(w * score for w, (_, score) in zip(weights, answers, strict=True)) / sum(weights)


def test_ratings_of_accounts_and_nps_of_the_month_are_the_true_ones(seeded: Played) -> None:
    company, truth = seeded.company, success_truth(seeded.company)
    day = day_number(company.end)
    survivors = {each.survivor(truth.known) for each in company.book.accounts if each.in_crm}
    said = {
        each.key: list(truth.ratings(each.key, day).values())
        for each in survivors
        if not each.is_internal
    }

    # What nobody rated is missing, and every rated account that pays has its mean.
    found = seeded.rows(
        "select account_id, raw_value, missing_rule from marts.fct_account_health_drivers "
        f"where dimension = 'mean_nps_rating' and score_date = '{company.end}'"
    )
    rated = {account: value for account, value, rule in found if rule is None}
    assert all(
        value is None and rule == "X" for account, value, rule in found if not said.get(account)
    )
    expected = {a: weighed(said[a], day) for a, *_ in found if said.get(a)}
    assert len(expected) > 50
    assert rated == pytest.approx(expected, rel=1e-9)

    # Each contact's latest answer, where it lies in the 90 days that end with the month.
    scores = [score for each in said.values() for at, score in each if day - at < WINDOW]
    promoters = sum(score >= 9 for score in scores)
    detractors = sum(score <= 6 for score in scores)
    ((nps, *counts),) = seeded.rows(
        "select nps, promoters, detractors, nps_answers from marts.rpt_voice_monthly "
        f"where segment_kind = 'all' and month = date_trunc('month', date '{company.end}')"
    )
    assert counts == [promoters, detractors, len(scores)]
    assert nps == pytest.approx(100 * (promoters - detractors) / len(scores))
