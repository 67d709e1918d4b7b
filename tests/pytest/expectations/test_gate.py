"""The publish gate: ranges and volumes of the finished marts."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from expectations.gate import build_suites

AS_OF = date(2026, 3, 15)


@pytest.fixture
def build(tmp_path):
    """A sound build of one account over three months; tests break one thing each."""
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.fct_subscription_item_periods as
                select 'i1' as subscription_item_id, date '2026-01-10' as valid_from,
                    cast(null as date) as valid_to, 2 as quantity, 10.00::decimal(18, 2) as mrr;
            create table marts.fct_mrr_movements as
                select 'a1' as account_id, date '2026-01-10' as movement_date,
                    'new' as movement_type, 10.00::decimal(18, 2) as closing_mrr;
            create table marts.fct_mrr_changes as select 1 as x;
            create table marts.fct_account_months as select 1 as x;
            create table marts.rpt_mrr_monthly as
                select month, 'all' as segment_kind, opening::decimal(18, 2) as opening_mrr,
                    10::decimal(18, 2) as closing_mrr
                from (values (date '2026-01-01', 0), (date '2026-02-01', 10),
                    (date '2026-03-01', 10)) as t(month, opening);
            create table marts.fct_load_results as
                select 'stripe.price' as source_table, 2000 as rows_in, 20 as rows_quarantined;
            """
        )
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as build")
        yield connection


def gate(runner, build, last=None, dbt_vars=None) -> dict[str, str]:
    """Outcome of each rule that did not pass."""
    suites = build_suites(build, AS_OF, last, dbt_vars or {})
    return {result.rule: result.outcome for result in runner.judge(suites) if not result.is_success}


def test_a_sound_build_passes(runner, build):
    assert gate(runner, build) == {}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("delete from build.marts.fct_mrr_movements", "not_empty_fct_mrr_movements"),
        ("update build.marts.fct_subscription_item_periods set mrr = -1", "item_mrr_from_zero_up"),
        (
            "update build.marts.fct_subscription_item_periods set quantity = -1",
            "quantity_from_zero_up",
        ),
        (
            "update build.marts.fct_subscription_item_periods set valid_from = '2026-03-16'",
            "no_start_after_as_of_day",
        ),
        ("update build.marts.fct_mrr_movements set closing_mrr = -1", "closing_mrr_from_zero_up"),
        (
            "update build.marts.fct_mrr_movements set movement_date = '2026-03-16'",
            "no_movement_after_as_of_day",
        ),
        (
            "update build.marts.fct_mrr_movements set movement_type = 'churn'",
            "churns_within_starts",
        ),
        ("delete from build.marts.rpt_mrr_monthly where month = '2026-02-01'", "no_month_missing"),
        (
            "update build.marts.fct_subscription_item_periods set mrr = 10.01",
            "closing_is_live_mrr",
        ),
    ],
)
def test_a_build_that_cannot_be_right_is_held_back(runner, build, change, rule):
    build.execute(change)
    assert gate(runner, build).get(rule) == "failed"


def test_a_doubled_total_is_told_and_published(runner, build):
    build.execute(
        "update build.marts.rpt_mrr_monthly set opening_mrr = 4 where month = '2026-03-01'"
    )
    assert gate(runner, build) == {"plausible_growth": "warned"}


def test_many_rows_set_aside_are_told_and_published(runner, build):
    build.execute("update build.marts.fct_load_results set rows_quarantined = 101")
    assert gate(runner, build) == {"quarantined_stripe.price": "warned"}


def test_few_rows_set_aside_of_a_small_table_are_not_worth_a_word(runner, build):
    build.execute("update build.marts.fct_load_results set rows_in = 20, rows_quarantined = 15")
    assert gate(runner, build) == {}


def test_without_billing_every_mart_may_be_empty(runner, build):
    for mart in ("fct_subscription_item_periods", "fct_mrr_movements", "rpt_mrr_monthly"):
        build.execute(f"delete from build.marts.{mart}")
    assert gate(runner, build) == {}


LAST = {"as_of_date": "2026-03-14", "vars": {}, "row_counts": {"fct_mrr_movements": 1_000}}


@pytest.mark.parametrize(
    ("last", "dbt_vars", "expected"),
    [
        (LAST, {}, {"volume_fct_mrr_movements": "warned"}),
        ({**LAST, "row_counts": {"fct_mrr_movements": 999}}, {}, {}),
        ({**LAST, "as_of_date": "2026-03-16"}, {}, {}),
        (LAST, {"mrr_include_metered": True}, {}),
        (LAST, {"as_of_date": "2026-03-15"}, {"volume_fct_mrr_movements": "warned"}),
    ],
    ids=["half is gone", "small", "an earlier day", "another policy", "only the day differs"],
)
def test_beside_the_last_version(runner, build, last, dbt_vars, expected):
    assert gate(runner, build, last, dbt_vars) == expected


def test_every_run_has_the_same_checks(build):
    def names(last):
        suites = build_suites(build, AS_OF, last, {})
        return [item.rule for suite in suites for item in suite.expectations]

    assert names(None) == names(LAST)


def test_the_observed_value_is_told(runner, build):
    results = runner.judge(build_suites(build, AS_OF, None, {}))
    observed = {result.rule: result.observed for result in results}
    assert observed["item_mrr_from_zero_up"] == "10.0"
