"""Scores stay as they were first known; what is learnt later stands beside them.

Three landings: 8, 9 and 15 May 2026. Weights change on 9 May. Only billing is landed, so of the 28
dimensions dunning, MRR trend and commitment are seen, and a score needs less coverage than shipped.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from scenarios.harness import Group
from scenarios.sequences import landing, monthly

SEED = Path(__file__).resolve().parents[3] / "seeds" / "reference" / "health_weights.csv"


def weights() -> list[dict[str, str]]:
    """The shipped weights; from 9 May dunning 1 instead of 5 and MRR trend 8 instead of 4."""
    with SEED.open(newline="") as file:
        shipped = list(csv.DictReader(file))
    changed = [
        row | {"weight": {"dunning": "1", "mrr_trend": "8"}[row["dimension"]]}
        for row in shipped
        if row["dimension"] in ("dunning", "mrr_trend")
    ]
    return shipped + [row | {"valid_from": "2026-05-09"} for row in changed]


RECORD = Group(
    "health_record",
    ("2026-05-08", "2026-05-09", "2026-05-15"),
    dbt_vars={"health_min_coverage": 0.05},
    reference={"health_weights": weights()},
    make=landing,
)


def scores(result, mart="fct_account_health") -> list[str]:
    """`day score` of the story's account from 8 May on, later readings after earlier ones."""
    rows = result._of_accounts(mart, None, "score_date, known_at")
    return [
        f"{row['score_date']} {row['health_score']:.2f}"
        for row in rows
        if str(row["score_date"]) in ("2026-05-08", "2026-05-09")
    ]


def everything(result, mart: str, day: str) -> list[dict]:
    """All rows of a mart on one day, of the story's account."""
    rows = result._of_accounts(mart, None, "all")
    return [row for row in rows if str(row["score_date"]) == day]


@RECORD.scenario
def test_a_weight_that_changes_today_changes_no_score_of_a_past_day(story):
    """$10/mo since 15 January.

    Nothing overdue is 100; MRR as it was is 10 of 15 points of the way from -10% to +5%, 66.67; by
    the month is 40. 8 May: (5 x 100 + 4 x 66.67 + 2 x 40) / 11 = 76.97. 9 May: (1 x 100 + 8 x
    66.67 + 2 x 40) / 11 = 64.85.
    """
    monthly(story, start="2026-01-15")
    first = yield
    second = yield
    third = yield
    assert scores(first) == ["2026-05-08 76.97"]
    assert scores(second) == ["2026-05-08 76.97", "2026-05-09 64.85"]
    assert scores(third) == scores(second)
    assert scores(third, "fct_account_health_versions") == scores(third)
    for mart in ("fct_account_health", "fct_account_health_drivers"):
        assert everything(third, mart, "2026-05-08") == everything(first, mart, "2026-05-08") != []


@RECORD.scenario
def test_a_restated_score_is_a_new_version_and_the_first_one_stays(story):
    """On 15 May it shows that the invoice of 28 April was never paid.

    On 8 May it was 10 of 30 days overdue (66.67), on 9 May 11 (63.33): (5 x 66.67 + 4 x 66.67 + 2 x
    40) / 11 = 61.82 and (1 x 63.33 + 8 x 66.67 + 2 x 40) / 11 = 61.52.
    """
    subscription = monthly(story, start="2026-01-28")
    last = next(
        row
        for row in story.landing.tables["stripe.invoice"]
        if row["subscription_id"] == subscription.id and str(row["created"])[:10] == "2026-04-28"
    )
    first = yield
    second = yield
    last.update({"status": "open", "paid": False, "_fivetran_synced": "2026-05-15 09:00:00"})
    third = yield
    assert scores(first) == ["2026-05-08 76.97"]
    assert scores(third) == scores(second) == ["2026-05-08 76.97", "2026-05-09 64.85"]
    assert scores(third, "fct_account_health_versions") == [
        "2026-05-08 76.97",
        "2026-05-08 61.82",
        "2026-05-09 64.85",
        "2026-05-09 61.52",
    ]
    # Drivers explain the score that was published.
    drivers = everything(third, "fct_account_health_drivers", "2026-05-08")
    points = [row["points"] for row in drivers]
    (score,) = everything(third, "fct_account_health", "2026-05-08")
    assert sum(points, Decimal(0)) == score["model_score"]


@RECORD.scenario
def test_the_day_an_account_has_churned_it_has_no_score(story):
    """Left on 9 May: scored on 8 May, and no more."""
    monthly(story, start="2026-01-15").end("2026-05-09", recorded="2026-05-08")
    yield
    yield
    third = yield
    assert len(everything(third, "fct_account_health", "2026-05-08")) == 1
    assert everything(third, "fct_account_health", "2026-05-09") == []


@RECORD.scenario
def test_without_their_sources_dimensions_are_missing_and_never_zero(story):
    """Only billing is landed: 25 dimensions are X with no value and no weight."""
    monthly(story, start="2026-01-15")
    first = yield
    yield
    yield
    rows = everything(first, "fct_account_health_drivers", "2026-05-08")
    assert len(rows) == 28
    missing = [row for row in rows if row["missing_rule"] == "X"]
    assert len(missing) == 25
    assert {(row["raw_value"], row["normalized_value"], row["weight"]) for row in missing} == {
        (None, None, 0.0)
    }
