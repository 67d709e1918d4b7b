"""The as-of day cuts what happened, not what is known; and the order of rows is of no meaning.

All stories of the main landing, with the rows of every table in reverse order, as of a day in the
middle of the year: up to that day it must be told as at the end of the year.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.groups import MAIN, TODAY
from scenarios.harness import Group, Outcome, refresh, write_reference
from scenarios.landing import Tables, write_whole

DAY = "2026-06-15"


def deliver_backwards(group: Group, folder: Path, number: int, states: list[Tables]) -> Outcome:
    """The same tables from the last row to the first."""
    landing = folder / "landing_1"
    write_whole(landing, {table: rows[::-1] for table, rows in states[0].items()})
    write_reference(landing, group.reference)
    return refresh(folder / "home", landing, DAY)


EARLIER = Group(
    "earlier",
    (TODAY,),
    reference=MAIN.reference,
    deliver=deliver_backwards,
    tellers=MAIN.tellers,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("main")]


@pytest.mark.parametrize(
    ("mart", "day"),
    [("fct_mrr_movements", "movement_date"), ("fct_mrr_changes", "change_date")],
)
def test_up_to_an_earlier_day_the_same_is_told(scenario_root, mart, day):
    query = f"select * from marts.{mart} where {day} <= date '{DAY}' order by all"
    (earlier,), (full,) = EARLIER.marts(scenario_root), MAIN.marts(scenario_root)
    assert earlier.rows(query) == full.rows(query)


def test_after_the_as_of_day_nothing_is_told(scenario_root):
    (earlier,) = EARLIER.marts(scenario_root)
    query = f"select * from marts.fct_mrr_movements where movement_date > date '{DAY}'"
    assert earlier.rows(query) == []


def test_months_before_that_of_the_as_of_day_are_the_same(scenario_root):
    query = "select * from marts.fct_account_months where month < date '2026-06-01' order by all"
    (earlier,), (full,) = EARLIER.marts(scenario_root), MAIN.marts(scenario_root)
    assert earlier.rows(query) == full.rows(query)


def test_ends_after_the_as_of_day_are_scheduled(scenario_root):
    """What ends later in the year has no `valid_to` yet, and its end where it is known."""
    (earlier,), (full,) = EARLIER.marts(scenario_root), MAIN.marts(scenario_root)
    open_then = f"""
        select * from marts.fct_subscription_item_periods
        where valid_to > date '{DAY}' or valid_from > date '{DAY}'
    """
    assert earlier.rows(open_then) == []
    ends = """
        select subscription_item_id, max(valid_to) as ended
        from marts.fct_subscription_item_periods
        where subscription_item_id like '%s2_a_customer_returns%'
        group by all having max(valid_to) is not null
    """
    assert [str(row["ended"]) for row in full.rows(ends)] == ["2026-04-01"]
    assert earlier.rows(ends) == full.rows(ends)
