"""`compare-definitions`: stories with a known difference, attributed to the rule that makes it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import UserError
from orchestration.policies.compare import compare
from orchestration.settings import Settings
from orchestration.terminal import Progress
from scenarios import forked
from scenarios.groups import FIRSTS, TODAY
from scenarios.harness import PROJECT, Group, Marts, environment_of

# What the group is refreshed with; the comparison starts from the defaults and ends here.
RULES = {
    "mrr_preset": "stripe",  # forever coupons only, and MRR ends with the request
    "mrr_include_metered": True,
    "mrr_paused_collection": "zero",
    "mrr_past_due_grace_days": 10,
    "mrr_reactivation_max_gap_days": 60,
}
DEFINITIONS = Group("definitions", (TODAY,), dbt_vars=RULES)

pytestmark = pytest.mark.xdist_group("definitions")


def monthly(story, unit_amount=10_00, start="2026-01-01", **options):
    """$10/mo from 1 Jan 2026."""
    return story.subscribe(story.price(unit_amount), start=start, **options)


# The stories. Under these rules (the group's refresh) each is also a test of its own.


@DEFINITIONS.scenario
def test_by_request_a_cancellation_asked_for_on_10_may_churns_then(story):
    subscription = story.subscribe(story.price(1200_00, "year"), start="2026-01-01")
    subscription.bill()
    subscription.version("2026-05-10", canceled_at="2026-05-10", cancel_at_period_end=True)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00", "2026-05-10 churn -100.00"]


@DEFINITIONS.scenario
def test_with_forever_coupons_alone_a_repeating_one_leaves_mrr_alone(story):
    subscription = monthly(story, 100_00)
    subscription.bill()
    coupon = story.coupon("repeating", percent_off=20, duration_in_months=3)
    story.discount(coupon, "2026-01-01", "2026-04-01", subscription=subscription)
    result = yield
    assert result.movements() == ["2026-01-01 new 100.00"]


@DEFINITIONS.scenario
def test_with_ten_days_of_grace_past_due_from_1_to_20_may_is_churn_and_return(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-02")
    subscription.version("2026-05-01 02:00:00", status="past_due")
    subscription.version("2026-05-20", status="active")
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-05-11 churn -10.00",
        "2026-05-20 reactivation 10.00",
    ]


@DEFINITIONS.scenario
def test_with_pauses_as_zero_one_from_february_to_march_is_churn_and_return(story):
    subscription = monthly(story)
    subscription.bill(until="2026-02-01")
    subscription.version("2026-02-01", pause_collection_behavior="void")
    subscription.bill(until="2026-03-15")
    subscription.version("2026-03-15", pause_collection_behavior=None)
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-02-01 churn -10.00",
        "2026-03-15 reactivation 10.00",
    ]


@DEFINITIONS.scenario
def test_with_metered_prices_500_calls_at_10_cents_are_50_a_month(story):
    calls = story.price(10, product=story.product(), recurring_usage_type="metered")
    subscription = monthly(story, addons=((calls, None),))
    subscription.items[1].tiers = [(500, 50_00)]
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 60.00"]


@DEFINITIONS.scenario
def test_beyond_60_days_a_return_from_march_to_july_is_new_again(story):
    subscription = monthly(story)
    subscription.bill(until="2026-03-01")
    subscription.end("2026-03-01")
    monthly(story, start="2026-07-01").bill()
    result = yield
    assert result.movements()[-1] == "2026-07-01 new 10.00"


@dataclass
class Compared:
    """The comparison of the defaults with the group's rules.

    Attributes:
        text: what the command printed.
        parts: (month, metric) -> rule -> difference, where there is one.
        sums: (month, metric) -> (A, B, sum of the parts).
        before: the state of the home before the command, by file.
        after: the same after it.
    """

    text: str
    parts: dict[tuple[str, str], dict[str, Decimal]]
    sums: dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]]
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def published(scenario_root: Path) -> Marts:
    return DEFINITIONS.marts(scenario_root)[0]


@pytest.fixture(scope="module")
def compared(scenario_root: Path, published: Marts) -> Compared:
    home = scenario_root / DEFINITIONS.name / "home"
    before = state_of(home)
    done = command(home, "default", json.dumps(RULES))
    assert done.returncode == 0, done.stderr
    (file,) = (home / "comparisons").glob("*.parquet")
    parts: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    sums = {}
    for month, metric, rule, mrr_a, mrr_b, difference in duckdb.sql(
        f"select cast(month as varchar), * exclude (month) from '{file}'"
    ).fetchall():
        total = sums.get((month, metric), (0, 0, Decimal(0)))[2] + difference
        sums[month, metric] = (mrr_a, mrr_b, total)
        if difference:
            parts[month, metric][rule] = difference
    return Compared(done.stdout, dict(parts), sums, before, state_of(home))


def command(home: Path, *sides: str) -> subprocess.CompletedProcess[str]:
    return forked.run(["compare-definitions", *sides], environment_of(home))


def state_of(home: Path) -> dict[str, str]:
    """What of a home must not change: content hashes of its files, the link that readers follow."""
    names = ["build.duckdb", "history.duckdb", "raw.duckdb", "run.duckdb", "last_run.json"]
    state = {name: hashlib.sha256((home / name).read_bytes()).hexdigest() for name in names}
    state["published"] = str((home / "published" / "current").readlink())
    state["files"] = str(sorted(path.name for path in home.iterdir() if path.name != "comparisons"))
    return state


@pytest.mark.slow
def test_the_parts_of_every_month_add_up_to_the_whole_difference(compared):
    assert {month for month, _ in compared.sums} == set(FIRSTS)
    for key, (mrr_a, mrr_b, total) in compared.sums.items():
        assert mrr_a + total == mrr_b, key


@pytest.mark.slow
def test_every_difference_is_attributed_to_the_rule_that_makes_it(compared):
    """One story per rule; by hand:

    asked for on 10 May: 100 less from May on; repeating coupon: new 100 for 80, no +20 in April;
    grace: churn and return of 10 within May; pause: 10 less at the end of February alone;
    metered: 50 more from January on; gap: the return in July is new.
    """
    churn, coupon = "mrr_churn_recognition", "mrr_discounts"
    grace, pause = "mrr_past_due_grace_days", "mrr_paused_collection"
    metered, gap = "mrr_include_metered", "mrr_reactivation_max_gap_days"
    by_hand = defaultdict(dict)
    for month, metric, rule, amount in [
        ("2026-01-01", "new_mrr", coupon, 20),
        ("2026-01-01", "new_mrr", metered, 50),
        ("2026-02-01", "churn_mrr", pause, -10),
        ("2026-03-01", "reactivation_mrr", pause, 10),
        ("2026-04-01", "expansion_mrr", coupon, -20),
        ("2026-05-01", "churn_mrr", churn, -100),
        ("2026-05-01", "churn_mrr", grace, -10),
        ("2026-05-01", "reactivation_mrr", grace, 10),
        ("2026-07-01", "new_mrr", gap, 10),
        ("2026-07-01", "reactivation_mrr", gap, -10),
    ]:
        by_hand[month, metric][rule] = amount
    for number, month in enumerate(FIRSTS, start=1):
        closing = {metered: 50}
        closing |= {coupon: 20} if number <= 3 else {}
        closing |= {pause: -10} if number == 2 else {}
        closing |= {churn: -100} if number >= 5 else {}
        by_hand[month, "closing_mrr"] = closing
        if number < 12:
            by_hand[FIRSTS[number], "opening_mrr"] = closing
    assert compared.parts == by_hand


@pytest.mark.slow
def test_the_figures_of_the_second_side_are_those_a_refresh_publishes(compared, published):
    rows = published.rows("select * from marts.rpt_mrr_monthly where segment_kind = 'all'")
    found = {
        (str(row["month"]), metric): row[metric]
        for row in rows
        for metric in {metric for _, metric in compared.sums}
    }
    assert {key: mrr_b for key, (_, mrr_b, _) in compared.sums.items()} == found


@pytest.mark.slow
def test_a_comparison_leaves_everything_else_as_it_was(compared):
    assert compared.after == compared.before


@pytest.mark.slow
def test_a_person_can_read_the_difference(compared):
    lines = [" ".join(line.split()) for line in compared.text.splitlines()]
    assert f"MRR under default and under B, in USD, as of {TODAY}" in lines
    assert "mrr_churn_recognition when MRR ends service_end cancel_request" in lines
    # metered, discounts, pause, grace, request, gap; 220 = 100 + 80 + 4 x 10 for A.
    assert "2026-01 220.00 +50.00 +20.00 . . . . 290.00" in lines
    assert "churn -10.00 . . -10.00 -10.00 -100.00 . -130.00" in lines


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sides", "words"),
    [
        (("default", "chargebee"), "there is no preset 'chargebee'; there are default, stripe"),
        (("default", "{fx_max_step: 1}"), "compare-definitions compares mrr_include_metered"),
        (("default", "{mrr_churn_recognition: never}"), "takes service_end or cancel_request"),
    ],
)
def test_a_side_that_is_none_is_refused_in_plain_words(published, scenario_root, sides, words):
    home = scenario_root / DEFINITIONS.name / "home"
    with pytest.raises(UserError, match=words):
        compare(Settings(PROJECT, home, home), *sides, Progress(is_silent=True))


def test_without_accepted_tables_the_person_is_sent_to_refresh(tmp_path):
    done = command(tmp_path, "default", "stripe")
    assert done.returncode == 1
    assert "run `perennial refresh` first" in done.stderr
    assert list(tmp_path.glob("*.duckdb")) == []
