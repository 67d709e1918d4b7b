"""Renewals equal the simulator's truth: every term, its outcome, and what it was worth."""

from __future__ import annotations

from collections import Counter

from truth.conftest import Played, assert_equal

COLUMNS = (
    "subscription_id, account_id, term_start, due_date, outcome, mrr_due, mrr_renewed, days_late"
)


def test_every_term_has_its_true_outcome(seeded: Played) -> None:
    truth = seeded.company.truth_renewals([seeded.company.end])
    expected = set(truth.itertuples(index=False, name=None))
    outcomes = Counter(truth["outcome"])
    assert len(expected) == len(truth) > 2_000
    assert min(outcomes[each] for each in ("renewed", "late", "churned", "open")) >= 5
    # Some came back inside the grace, some were replaced by less or more than was due.
    assert sum(late is not None and 0 < late <= 30 for late in truth["days_late"]) >= 5
    assert_equal(set(seeded.rows(f"select {COLUMNS} from marts.fct_renewals")), expected)
