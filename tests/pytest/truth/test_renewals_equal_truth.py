"""Renewals equal the simulator's truth: every term, its outcome, and what it was worth."""

from __future__ import annotations

from collections import Counter

import pytest

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


def test_renewal_rates_are_those_of_the_true_terms(seeded: Played) -> None:
    truth = seeded.company.truth_renewals([seeded.company.end])
    decided: dict[str, list] = {}
    for row in truth[truth["outcome"] != "open"].itertuples():
        quarter = f"{row.due_date.year}Q{(row.due_date.month + 2) // 3}"
        decided.setdefault(quarter, []).append(row)
    found = seeded.rows(
        """
        select
            year(period_start) || 'Q' || quarter(period_start), terms_due,
            renewal_rate_on_time, renewal_rate_30_days, renewal_rate_90_days,
            mrr_renewal_rate_on_time, mrr_renewal_rate_30_days, mrr_renewal_rate_90_days
        from marts.rpt_renewal_rates
        where period_kind = 'quarter' and segment_kind = 'all' and terms_due > 0
        """
    )
    assert {quarter for quarter, *_ in found} == set(decided)
    for quarter, terms_due, *rates in found:
        terms = decided[quarter]
        back = [[t for t in terms if t.mrr_renewed and t.days_late <= days] for days in (0, 30, 90)]
        due = sum(term.mrr_due for term in terms)
        by_count = [len(each) / len(terms) for each in back]
        by_mrr = [float(sum(term.mrr_renewed for term in each) / due) for each in back]
        assert terms_due == len(terms)
        assert rates == pytest.approx([*by_count, *by_mrr], rel=1e-12)


def test_renewals_of_the_segments_add_up_to_all(seeded: Played) -> None:
    sums = seeded.rows(
        """
        select distinct
            sum(terms_due) - sum(sum(terms_due)) filter (segment_kind = 'all') over by_period,
            sum(mrr_renewed_90_days)
            - sum(sum(mrr_renewed_90_days)) filter (segment_kind = 'all') over by_period
        from marts.rpt_renewal_rates
        group by period_kind, period_start, segment_kind
        window by_period as (partition by period_kind, period_start)
        """
    )
    assert sums == [(0, 0)]


def test_committed_mrr_starts_from_the_true_mrr(seeded: Played) -> None:
    closing = seeded.company.truth_months([seeded.company.end])["closing_mrr"].iloc[-1]
    ((live, signed, cancelled, committed),) = seeded.rows(
        "select live_mrr, signed_mrr, cancellation_mrr, committed_mrr "
        "from marts.rpt_committed_mrr where segment_kind = 'all'"
    )
    assert live == closing
    assert cancelled < 0
    assert committed == live + signed + cancelled
