"""Retention, cohorts and survival equal the simulator's truth, which is plain Python."""

from __future__ import annotations

from functools import cache

import lifelines
import pytest

from simulator.retention import RetentionTruth
from truth.conftest import Played

RATES = (
    "nrr",
    "grr",
    "logo_retention",
    "gross_mrr_churn_rate",
    "net_mrr_churn_rate",
    "quick_ratio",
)


@cache
def truth_of(played: Played) -> RetentionTruth:
    """The truth of the landing that was refreshed."""
    return played.company.truth_retention([played.company.end])


@pytest.mark.parametrize("kind", ["month", "quarter", "trailing_12_months"])
def test_every_rate_of_every_window_equals_the_truth(seeded: Played, kind: str) -> None:
    found = seeded.rows(
        f"select period_start, {', '.join(RATES)} from marts.rpt_retention "
        f"where segment_kind = 'all' and period_kind = '{kind}' order by period_start"
    )
    truth = truth_of(seeded)
    windows = truth.windows(kind)
    assert len(found) == len(windows) >= 12
    for row, window in zip(found, windows, strict=True):
        expected = truth.rates(window)
        for name, value in zip(RATES, row[1:], strict=True):
            wanted = expected[name]
            close = value == wanted if wanted is None else value == pytest.approx(wanted, rel=1e-9)
            assert close, (row[0], name, value, wanted)


@pytest.mark.parametrize("kind", ["month", "quarter"])
def test_every_cohort_at_every_age_equals_the_truth(seeded: Played, kind: str) -> None:
    found = seeded.rows(
        f"""
        select cohort_month, months_since_start, accounts_at_start, accounts_retained,
            mrr_at_start, mrr_retained, mrr_retained_gross
        from marts.rpt_retention_cohorts
        where segment_kind = 'all' and cohort_kind = '{kind}'
        order by cohort_month, months_since_start
        """
    )
    assert found == truth_of(seeded).cohorts(kind)


def test_survival_curves_equal_those_of_lifelines(seeded: Played) -> None:
    lifetimes = truth_of(seeded).lifetimes()
    as_of = seeded.company.book.end_day
    fitter = lifelines.KaplanMeierFitter().fit(
        [(each.end if each.end is not None else as_of + 1) - each.start for each in lifetimes],
        [each.end is not None for each in lifetimes],
    )
    table = fitter.event_table[fitter.event_table["observed"] > 0]
    expected = [
        (day, row.at_risk, row.observed, fitter.survival_function_at_times(day).iloc[0])
        for day, row in zip(table.index, table.itertuples(), strict=True)
    ]
    found = seeded.rows(
        """
        select days_since_start, accounts_at_risk, accounts_churned, survival_rate
        from marts.rpt_survival_curves where segment_kind = 'all' order by 1
        """
    )
    assert len(found) == len(expected) > 100
    for row, wanted in zip(found, expected, strict=True):
        assert row == pytest.approx(wanted, rel=1e-9)
