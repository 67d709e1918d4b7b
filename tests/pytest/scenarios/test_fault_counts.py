"""The landing of bad rows as a whole: nothing is lost, and nothing else is set aside."""

from __future__ import annotations

import json

import pytest

from scenarios.test_faults import FAULTS


@pytest.fixture(scope="module")
def published(scenario_root):
    return FAULTS.marts(scenario_root)[0]


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


def test_no_row_is_lost(published):
    lost = """
        select * from marts.fct_load_results
        where rows_in <> rows_accepted + rows_quarantined + rows_deduplicated + rows_suppressed
    """
    assert published.rows(lost) == []


def test_every_row_that_landed_is_counted(published):
    (state,) = FAULTS.states()
    landed = {table: len(rows) for table, rows in state.items()}
    landed["stripe.customer"] += 2  # the repeated header and the row that is not UTF-8
    counted = {
        row["source_table"]: row["rows_in"]
        for row in published.rows("select source_table, rows_in from marts.fct_load_results")
    }
    assert counted == landed


def test_no_money_is_lost(published):
    for row in published.rows("select * from marts.fct_load_results where amounts_in is not null"):
        parts = [
            json.loads(row[f"amounts_{part}"])
            for part in ("accepted", "quarantined", "deduplicated", "suppressed")
        ]
        for currency, amount in json.loads(row["amounts_in"]).items():
            found = sum(part.get(currency, 0) for part in parts)
            assert found == pytest.approx(amount), (row["source_table"], currency)


def test_rows_set_aside_are_as_many_as_the_counts_say(published):
    differing = """
        with listed as (
            select source_table, count(*) as listed
            from marts.fct_quarantined_rows group by all
        ),
        counted as (
            select source_table, sum(rows_quarantined) as counted
            from marts.fct_load_results group by all
        )
        select * from listed full join counted using (source_table)
        where coalesce(listed, 0) <> coalesce(counted, 0)
    """
    assert published.rows(differing) == []


def test_nothing_else_is_set_aside(published):
    """By hand: faults 10, 16, 21 (twice), 23, 39 in customers; 34 in invoices; and so on.

    44 and 46 each set one version and one flat row aside.
    """
    counted = {
        row["source_table"]: int(row["rows"])
        for row in published.rows(
            "select source_table, count(*) as rows from marts.fct_quarantined_rows group by all"
        )
    }
    expected = {
        "stripe.customer": 6,
        "stripe.product": 1,
        "stripe.invoice": 1,
        "stripe.subscription_history": 2,
        "stripe.coupon": 1,
        "billing.subscription_periods": 5,
        "stripe.price": 6,
    }
    assert {table: counted.get(table) for table in expected} == expected
    assert "salesforce.account" not in counted
    assert "stripe.subscription_discount" not in counted
