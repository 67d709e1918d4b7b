"""Days of an event table as they will be once new loads are in force, beside their weekday.

Mondays of March 2026: 2, 9, 16, 23, 30. Batches of one day each, `rows` events at noon.
"""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.landing import profile_arrivals, stage_arrivals
from orchestration.landing.model import EventDay

WEB = """
sources:
  - name: web
    database: raw
    tables:
      - name: event
        config: {meta: {key: [id], counted_by_day_of: happened_at}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: happened_at, data_type: timestamp}
          - {name: _fivetran_synced, data_type: timestamp}
"""


@pytest.fixture
def web(shop):
    folder = shop.root / "project" / "models" / "staging" / "web"
    folder.mkdir()
    (folder / "_web__sources.yml").write_text(WEB)
    shop.land_required()
    return shop


def events(*days: tuple[str, int]) -> str:
    lines = [
        f"{day}-{number},2026-{day} 12:00:00,2026-{day} 13:00:00"
        for day, rows in days
        for number in range(rows)
    ]
    return "\n".join(["id,happened_at,_fivetran_synced", *lines, ""])


def mondays(web, *rows: int) -> None:
    """A batch for each Monday from 2 March on, each accepted before the next."""
    for day, number in zip(("03-02", "03-09", "03-16", "03-23"), rows, strict=False):
        web.land(f"web/event/{day}.csv", events((day, number)))
    web.run()


def days(web) -> tuple[EventDay, ...]:
    arrivals = stage_arrivals(web.settings, web.contract)
    found = profile_arrivals(web.settings, web.contract, arrivals)
    return next(each.event_days for each in found if each.source_table == "web.event")


def test_a_day_stands_beside_the_median_of_its_weekday(web):
    """20, 30, 40 and 60: half-way between 30 and 40. A Tuesday came never before."""
    mondays(web, 20, 30, 40, 60)
    web.land("web/event/new.csv", events(("03-30", 3), ("03-31", 5)))
    assert days(web) == (EventDay(date(2026, 3, 30), 3, 35.0),)


def test_a_late_batch_completes_a_day(web):
    """20 of the 9th came before, 5 come now; beside it 20, 40 and 60."""
    mondays(web, 20, 20, 40, 60)
    web.land("web/event/late.csv", events(("03-09", 5)))
    assert days(web) == (EventDay(date(2026, 3, 9), 25, 40),)


def test_two_such_weekdays_are_too_few(web):
    mondays(web, 20, 30)
    web.land("web/event/new.csv", events(("03-30", 3)))
    assert days(web) == ()


def test_a_day_without_any_row_is_no_day(web):
    """An outage: neither judged nor part of a median. 20, 40 and 60 are left."""
    mondays(web, 20, 0, 40, 60)
    web.land("web/event/new.csv", events(("03-30", 3)))
    assert days(web) == (EventDay(date(2026, 3, 30), 3, 40),)


def test_only_what_changed_of_a_whole_table_is_judged(web):
    """The 16th lost 39 of 40 rows; the others are as they were. Beside it 20, 30 and 60."""
    whole = [("03-02", 20), ("03-09", 30), ("03-16", 40), ("03-23", 60)]
    web.land("web/event.csv", events(*whole))
    web.run()
    whole[2] = ("03-16", 1)
    web.land("web/event.csv", events(*whole))
    assert days(web) == (EventDay(date(2026, 3, 16), 1, 30),)


def test_what_was_accepted_before_is_not_judged_again(web):
    mondays(web, 20, 30, 40, 1)
    (web.settings.home / "raw.duckdb").unlink()
    assert days(web) == ()


def test_nothing_new_has_no_days(web):
    mondays(web, 20, 30, 40, 60)
    assert days(web) == ()
