"""Section 1 of the metric definitions: days, intervals, and the day the warehouse speaks for."""

from __future__ import annotations

from datetime import date

from scenarios.groups import MAIN


@MAIN.scenario
def test_a_change_at_any_time_of_a_day_takes_effect_on_that_day(story):
    subscription = story.subscribe(story.price(10_00), start="2026-01-15 23:59:59")
    subscription.bill(until="2026-04-01")
    subscription.end("2026-04-01 00:00:01")
    result = yield
    assert result.movements() == ["2026-01-15 new 10.00", "2026-04-01 churn -10.00"]
    assert result.spans() == ["2026-01-15 2026-04-01 10.00"]


@MAIN.scenario
def test_an_interval_that_starts_and_ends_on_one_day_is_dropped(story):
    subscription = story.subscribe(story.price(10_00), start="2026-03-10 09:00:00")
    subscription.bill(until="2026-03-11")
    subscription.end("2026-03-10 17:00:00")
    result = yield
    assert result.movements() == []
    assert result.spans() == []


@MAIN.scenario
def test_of_two_changes_on_one_day_the_last_counts(story):
    """1 seat, 5 at nine, 3 at three in the afternoon: one expansion by two seats."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10 09:00:00", quantity=5)
    subscription.change("2026-04-10 15:00:00", quantity=3)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-10 expansion 20.00"]


@MAIN.scenario
def test_what_starts_on_the_as_of_day_is_part_of_it(story):
    story.subscribe(story.price(10_00), start="2026-12-31 18:00:00").bill()
    result = yield
    assert result.movements() == ["2026-12-31 new 10.00"]


@MAIN.scenario
def test_what_starts_after_the_as_of_day_is_not_published(story):
    story.subscribe(story.price(10_00), start="2027-01-05").bill()
    result = yield
    assert result.movements() == []
    assert result.periods() == []


@MAIN.scenario
def test_what_changes_after_the_as_of_day_is_not_published(story):
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill()
    subscription.change("2027-01-03", quantity=5, prorate=False)
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]
    assert result.mrr() == 10


@MAIN.scenario
def test_what_happened_before_the_as_of_day_counts_though_it_was_learnt_later(story):
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill(until="2026-12-20")
    subscription.end("2026-12-20", recorded="2027-01-03")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-12-20 churn -10.00"]


@MAIN.scenario
def test_an_end_after_the_as_of_day_is_a_scheduled_end(story):
    """It was recorded when it had come about, a week after the day the run speaks for."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill()
    subscription.end("2027-01-07")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]
    last = result.periods()[-1]
    assert (last["valid_to"], last["scheduled_end_date"]) == (None, date(2027, 1, 7))


@MAIN.scenario
def test_a_cancellation_planned_for_a_day_is_a_scheduled_end(story):
    """`cancel_at` names a day that is no end of a period."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-01")
    subscription.bill()
    subscription.version("2026-12-10", cancel_at="2027-03-15", canceled_at="2026-12-10")
    result = yield
    last = result.periods()[-1]
    assert (last["valid_to"], last["scheduled_end_date"]) == (None, date(2027, 3, 15))


@MAIN.scenario
def test_an_open_item_has_no_scheduled_end(story):
    story.subscribe(story.price(10_00), start="2026-01-01").bill()
    result = yield
    last = result.periods()[-1]
    assert (last["valid_to"], last["scheduled_end_date"]) == (None, None)


@MAIN.scenario
def test_a_timestamp_with_an_offset_is_brought_to_utc(story):
    """15 Jan, 01:00 at +02:00, is 14 Jan, 23:00."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-14 23:00:00")
    invoice = subscription.bill_period()
    subscription.bill()
    with_offset = "2026-01-15 01:00:00+02:00"
    for column in ("created", "start_date", "_fivetran_start", "current_period_start"):
        subscription.versions[0][column] = with_offset
    subscription.item.record.row["created"] = with_offset
    invoice.row["created"] = with_offset
    result = yield
    assert result.movements() == ["2026-01-14 new 10.00"]
