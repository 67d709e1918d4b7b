"""Arrival checks: each rule of the fault catalogue that concerns a load as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from expectations.arrivals import build_checks, newest_days, source_warnings, verdicts
from orchestration.contract import ColumnContract, Contract, TableContract
from orchestration.landing.model import EventDay, MissingColumn, TableProfile

ITEMS = TableContract(
    source="stripe",
    table="subscription_item",
    key=("id",),
    columns={
        column.name: column
        for column in (
            ColumnContract("id", "varchar", required=True),
            ColumnContract("quantity", "bigint", required=True),
            ColumnContract("price_id", "varchar", required_one_of="price"),
            ColumnContract("plan_id", "varchar", required_one_of="price"),
            ColumnContract("created", "timestamp"),
        )
    },
    required_set="stripe",
)
COUPONS = TableContract(source="stripe", table="coupon", columns={})
ACCOUNTS = TableContract(source="salesforce", table="account", columns={})
FLAT = TableContract(source="billing", table="subscription_periods", never_stale=True)
CONTRACT = Contract([ITEMS, COUPONS, ACCOUNTS, FLAT])


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).replace(tzinfo=None)


PROFILE = TableProfile(
    source_table="stripe.subscription_item",
    load_ids=("l1",),
    is_new=True,
    is_external=False,
    lands_whole=True,
    is_required=True,
    never_stale=False,
    columns=("id", "quantity", "plan_id", "created"),
    missing_required=(),
    lost_columns=(),
    unknown_columns=(),
    rows=2_000,
    previous_rows=2_000,
    accepted_rows=(2_000, 1_990, 1_980, 1_970, 1_960),
    uncastable={"quantity": 0},
    newest_synced=day("2026-09-30"),
    oldest_synced=day("2026-01-01"),
    unreadable_rows=0,
)


def judge(runner, *profiles, as_of: date | None = None, dbt_vars=None):
    checks = build_checks(profiles, CONTRACT, as_of, dbt_vars or {})
    results = runner.judge(checks.suites)
    return verdicts(profiles, results), results


def verdict(runner, **changes):
    found, _ = judge(runner, replace(PROFILE, **changes))
    return found["stripe.subscription_item"]


def test_a_load_like_those_before_it_is_accepted(runner):
    found = verdict(runner)
    assert (found.outcome, found.message) == ("accepted", "")


def test_a_missing_required_column_rejects_and_is_named(runner):
    found = verdict(
        runner,
        columns=("id", "plan_id", "qty"),
        missing_required=(MissingColumn("quantity", "qty"),),
    )
    assert found.outcome == "rejected"
    assert "stripe.subscription_item: column quantity is missing" in found.message
    assert "is it called qty now?" in found.message


def test_one_column_of_a_group_is_enough(runner):
    assert verdict(runner, columns=("id", "quantity", "price_id")).outcome == "accepted"
    found = verdict(runner, columns=("id", "quantity"))
    assert found.outcome == "rejected"
    assert "price_id or plan_id" in found.message


def test_a_column_that_came_last_time_and_not_now_rejects(runner):
    found = verdict(runner, lost_columns=(MissingColumn("created"),))
    assert (found.outcome, found.rule) == ("rejected", "no_column_lost")
    assert "created" in found.message


def test_a_column_that_nobody_reads_only_warns(runner):
    found = verdict(runner, unknown_columns=("shoe_size",))
    assert found.outcome == "warned"
    assert "shoe_size" in found.message


def test_an_empty_load_of_a_table_that_had_rows_rejects(runner):
    found = verdict(runner, rows=0, accepted_rows=(2_000,))
    assert (found.outcome, found.rule) == ("rejected", "not_empty")


@pytest.mark.parametrize(
    "changes",
    [
        {"previous_rows": 0, "accepted_rows": (0,)},
        {"previous_rows": None, "accepted_rows": ()},
        {"lands_whole": False},
    ],
    ids=["it never had rows", "it is the first load", "it is a batch"],
)
def test_an_empty_load_is_accepted_where(runner, changes):
    assert verdict(runner, rows=0, **changes).outcome == "accepted"


def test_a_load_with_far_fewer_rows_than_usual_rejects(runner):
    found = verdict(runner, rows=900)
    assert (found.outcome, found.rule) == ("rejected", "not_truncated")
    assert "900 rows arrived, 1,980 are usual" in found.message


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 1_100},
        {"rows": 900, "accepted_rows": (2_000, 2_000, 2_000, 2_000)},
        {"rows": 100, "accepted_rows": (900, 900, 900, 900, 900), "previous_rows": 900},
        {"rows": 900, "lands_whole": False},
    ],
    ids=["it shrank by less than half", "four loads are no history", "it is small", "a batch"],
)
def test_fewer_rows_are_accepted_where(runner, changes):
    assert verdict(runner, **changes).outcome == "accepted"


THURSDAY = date(2026, 9, 24)
EVENTS = {"rows_in_force": 1_000, "accepted_loads": 5, "lands_whole": False}


def volume_of(rows: int, usual: int) -> dict:
    return {**EVENTS, "event_days": (EventDay(THURSDAY, rows, usual),)}


def test_a_day_with_under_a_tenth_of_its_weekdays_events_rejects(runner):
    found = verdict(runner, **volume_of(199, 2_000))
    assert (found.outcome, found.rule) == ("rejected", "no_day_lost_rows")
    assert "2026-09-24 has 199 rows, 2,000 are usual on a Thursday" in found.message
    assert "send it again" in found.message


@pytest.mark.parametrize(
    "changes",
    [
        volume_of(200, 2_000),
        volume_of(0, 9),
        {**volume_of(199, 2_000), "accepted_loads": 4},
        {**volume_of(1, 90), "rows_in_force": 999},
    ],
    ids=["a tenth", "fewer than ten rows are missing", "four loads are no history", "few rows"],
)
def test_a_thin_day_is_accepted_where(runner, changes):
    assert verdict(runner, **changes).outcome == "accepted"


def test_a_thin_day_is_no_matter_from_the_as_of_day_on(runner):
    profile = replace(PROFILE, **volume_of(199, 2_000))
    for as_of, outcome in ((THURSDAY, "accepted"), (date(2026, 9, 25), "rejected")):
        found, _ = judge(runner, profile, as_of=as_of)
        assert found["stripe.subscription_item"].outcome == outcome


@pytest.mark.parametrize(
    ("rows", "usual", "outcome"),
    [(2_010, 201, "accepted"), (2_011, 201, "warned"), (999, 20, "accepted")],
    ids=["ten times", "more than ten times", "fewer than a thousand rows"],
)
def test_a_day_with_a_spike_warns(runner, rows, usual, outcome):
    found = verdict(runner, **volume_of(rows, usual))
    assert found.outcome == outcome
    if outcome == "warned":
        assert "2026-09-24 has 2,011 rows, 201 are usual on a Thursday" in found.message


@pytest.mark.parametrize(
    ("rows", "bad", "outcome"),
    [
        (2_000, 20, "accepted"),  # exactly 1%
        (2_000, 21, "rejected"),
        (999, 500, "accepted"),  # too small to speak of shares
        (1_000, 9, "accepted"),  # too few bad rows
        (1_000, 11, "rejected"),
    ],
)
def test_values_that_do_not_cast_reject_over_one_percent(runner, rows, bad, outcome):
    found = verdict(runner, rows=rows, previous_rows=rows, uncastable={"quantity": bad})
    assert found.outcome == outcome
    if outcome == "rejected":
        assert f"{bad:,} of {rows:,} values of quantity are no bigint" in found.message


def test_every_reason_stands_in_the_message(runner):
    found = verdict(runner, lost_columns=(MissingColumn("created"),), uncastable={"quantity": 500})
    assert "created" in found.message
    assert "quantity" in found.message


def profile(source_table: str, newest: str, **changes) -> TableProfile:
    return replace(
        PROFILE,
        source_table=source_table,
        columns=(),
        uncastable={},
        newest_synced=day(newest),
        **changes,
    )


STRIPE = profile("stripe.coupon", "2026-09-30")


@pytest.mark.parametrize(
    ("newest", "outcome", "warnings"),
    [("2026-09-27", "accepted", 0), ("2026-09-26", "accepted", 1), ("2026-09-15", "rejected", 0)],
    ids=["three days", "four days", "fifteen days"],
)
def test_a_source_behind_the_as_of_day(runner, newest, outcome, warnings):
    found, results = judge(runner, STRIPE, profile("salesforce.account", newest))
    assert found["salesforce.account"].outcome == outcome
    assert found["stripe.coupon"].outcome == "accepted"
    assert len(source_warnings(results)) == warnings


def test_a_small_table_of_a_fresh_source_may_stand_still_for_a_year(runner):
    found, results = judge(runner, PROFILE, profile("stripe.coupon", "2025-06-01"))
    assert found["stripe.coupon"].outcome == "accepted"
    assert source_warnings(results) == []


def test_the_day_the_run_speaks_for_decides_not_the_clock(runner):
    found, _ = judge(runner, profile("stripe.coupon", "2019-01-01"))
    assert found["stripe.coupon"].outcome == "accepted"
    found, _ = judge(runner, STRIPE, as_of=date(2026, 10, 30))
    assert found["stripe.coupon"].outcome == "rejected"
    found, _ = judge(runner, STRIPE, as_of=date(2026, 1, 1))
    assert found["stripe.coupon"].outcome == "accepted"


def test_the_limits_are_vars(runner):
    stale = profile("salesforce.account", "2026-09-01")
    found, results = judge(runner, STRIPE, stale, dbt_vars={"stale_reject_days": 60})
    assert found["salesforce.account"].outcome == "accepted"
    assert "29 days before 2026-09-30" in source_warnings(results)[0]


def test_the_flat_table_is_never_stale(runner):
    flat = profile("billing.subscription_periods", "2020-01-01", never_stale=True)
    found, results = judge(runner, STRIPE, flat)
    assert found["billing.subscription_periods"].outcome == "accepted"
    assert source_warnings(results) == []


def test_a_table_without_anything_new_is_not_judged_again(runner):
    old = replace(PROFILE, is_new=False, columns=(), load_ids=())
    found, results = judge(runner, old)
    assert found["stripe.subscription_item"].outcome == "accepted"
    assert {result.suite for result in results} == {"freshness.stripe"}


def test_the_newest_row_of_any_table_speaks_for_its_source():
    days = newest_days([profile("stripe.coupon", "2026-01-01"), PROFILE])
    assert days == {"stripe": date(2026, 9, 30)}
