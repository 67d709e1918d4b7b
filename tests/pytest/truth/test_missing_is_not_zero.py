"""What was not seen is no zero: the demo with a source switched off, and with a day of events lost.

Dimensions by source are those of the specification (health.md, Dimensions): 1 to 8 and 27 are
measured from product events, 16 and 18 from surveys.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scenarios.harness import PROJECT, refresh
from truth.conftest import published, refreshed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

DEMO = PROJECT / "seeds" / "raw"
AS_OF = date(2026, 9, 30)
#: A Wednesday of the 28 days before, in the first half of those 28.
LOST = date(2026, 9, 16)
FROM_EVENTS = (
    *("active_weekdays", "seat_utilisation", "user_engagement", "engagement_rhythm"),
    *("usage_trend", "breadth", "depth", "integrations", "exit_intent"),
)
FROM_MILESTONES = ("milestones_on_time", "time_to_first_value")
FROM_SURVEYS = ("mean_nps_rating", "survey_response")
#: Rules that rest on product events, by the table of the specification.
USAGE_RULES = (
    *("A1", "A2", "A3", "A4", "A5", "A8", "A9", "A10", "A12", "A17", "A23", "A25", "A26"),
)
REVENUE = (
    *("fct_mrr_movements", "fct_mrr_changes", "fct_subscription_item_periods"),
    *("fct_account_months", "rpt_mrr_monthly", "rpt_retention", "rpt_retention_cohorts"),
    *("rpt_survival_curves", "fct_renewals", "rpt_churn_reasons_monthly"),
)


@pytest.fixture(scope="module")
def without_events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo in a new home, product events switched off."""
    home = tmp_path_factory.mktemp("without_events")
    outcome = refresh(home, DEMO, dbt_vars={"disabled_sources": ["segment.tracks"]})
    assert outcome.code == 0, outcome.text
    return home


@pytest.fixture(scope="module")
def without_a_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo without surveys, and with no event of one day."""
    root = tmp_path_factory.mktemp("without_a_day")
    landing = root / "landing"
    shutil.copytree(DEMO, landing, ignore=shutil.ignore_patterns("delighted", "tracks"))
    (landing / "segment" / "tracks").mkdir()
    for file in (DEMO / "segment" / "tracks").iterdir():
        duckdb.sql(f"from '{file}' where cast(timestamp as date) <> date '{LOST}'").write_parquet(
            str(landing / "segment" / "tracks" / file.name)
        )
    refreshed(root / "home", landing)
    return root / "home"


def hashes(home: Path) -> dict[str, str]:
    """Content hashes of the published marts."""
    return json.loads((home / "published" / "manifest.json").read_text())["content_hashes"]


def seen_anyhow(home: Path, dimensions: tuple[str, ...]) -> tuple[int, int]:
    """(drivers of these dimensions, those that are anything but missing and without weight)."""
    ((drivers, seen),) = published(
        home,
        f"""select count(*), count(*) filter (
            missing_rule is distinct from 'X' or raw_value is not null
            or normalized_value is not null or weight <> 0 or points <> 0)
        from marts.fct_account_health_drivers where dimension in {dimensions}""",
    )
    return drivers, seen


def active_weekdays(home: Path, day: date) -> dict[str, float]:
    """Active weekdays as a share of the window's, by account."""
    return dict(
        published(
            home,
            f"""select account_id, raw_value from marts.fct_account_health_drivers
            where dimension = 'active_weekdays' and score_date = date '{day}'""",
        )
    )


def whole(values: Iterator[float]) -> list[int]:
    """Numbers of days, which have to be whole."""
    days = list(values)
    assert days == pytest.approx([round(each) for each in days], abs=1e-9)
    return [round(each) for each in days]


def test_without_events_usage_is_missing_and_too_little_is_left_for_a_score(
    without_events: Path,
) -> None:
    """Usage weighs 34, exit intent 2, milestones 5 and time to first value 3, all from events.

    100 - 44 = 56 of 100 is the most that anybody is seen by, and 60 are asked for.
    """
    drivers, seen = seen_anyhow(without_events, (*FROM_EVENTS, *FROM_MILESTONES))
    assert (drivers > 11 * 9_000, seen) == (True, 0)
    ((scores, most),) = published(
        without_events,
        """select count(*) filter (health_score is not null or model_score is not null
            or health_band is not null or null_reason is distinct from 'low_coverage'),
            max(coverage)
        from marts.fct_account_health""",
    )
    assert (scores, most) == (0, pytest.approx(0.56))


def test_rows_of_a_source_switched_off_are_left_out_and_counted(without_events: Path) -> None:
    found = published(
        without_events,
        """select distinct reason, rows_suppressed = rows_in, rows_accepted
        from marts.fct_load_results where source_table = 'segment.tracks'""",
    )
    assert found == [("switched off by disabled_sources", True, 0)]


def test_without_events_nothing_is_said_of_usage(without_events: Path) -> None:
    ((months, valued),) = published(
        without_events,
        "select count(*), count(coalesce(r_score, f_score)) from marts.fct_account_rfm_months",
    )
    assert (months > 0, valued) == (True, 0)
    rules = published(without_events, "select distinct rule from marts.fct_alerts")
    assert {"A14", "A24"} & {rule for (rule,) in rules}, "alerts of other sources are still raised"
    assert not {rule for (rule,) in rules} & set(USAGE_RULES)


def test_revenue_is_the_same_without_events(without_events: Path, demo: Path) -> None:
    on, off = hashes(demo), hashes(without_events)
    assert {mart: off[mart] for mart in REVENUE} == {mart: on[mart] for mart in REVENUE}


@pytest.mark.parametrize("day", [LOST, AS_OF])
def test_a_lost_day_shortens_the_window_and_counts_for_nobody(
    without_a_day: Path, demo: Path, day: date
) -> None:
    """20 weekdays with the lost one, 19 without; nobody was active on more than one of them."""
    before, after = active_weekdays(demo, day), active_weekdays(without_a_day, day)
    assert before.keys() == after.keys()
    days = whole(20 * value for value in before.values())
    left = whole(19 * after[account] for account in before)
    lost = {then - now for then, now in zip(days, left, strict=True)}
    assert lost == {0, 1}


def test_without_surveys_the_others_make_up_the_score(without_a_day: Path) -> None:
    """CSAT, the third of the group, takes their weight; where it has none, the other groups do."""
    drivers, seen = seen_anyhow(without_a_day, FROM_SURVEYS)
    assert (drivers > 2 * 9_000, seen) == (True, 0)
    ((scores, uneven),) = published(
        without_a_day,
        """select count(health_score),
            count(*) filter (health_score is not null and abs(weights - 100) > 1e-9)
        from marts.fct_account_health join (
            select account_id, score_date, sum(weight) as weights
            from marts.fct_account_health_drivers group by all
        ) using (account_id, score_date)""",
    )
    assert (scores > 9_000, uneven) == (True, 0)
    rated = "select count(nps), count(detractors) from marts.rpt_voice_monthly where detractors > 0"
    assert published(without_a_day, rated) == [(0, 0)]
