"""Section 2: which statuses count, from when to when, and the end of service."""

from __future__ import annotations

from scenarios.groups import MAIN


def monthly(story, **columns):
    """$10/mo from 1 Jan 2026."""
    return story.subscribe(story.price(10_00), start="2026-01-01", **columns)


def stopped_for_two_months(subscription, status):
    """`status` from 1 May (after that day's renewal) to 1 Jul, then active again."""
    subscription.bill(until="2026-05-02")
    subscription.version("2026-05-01 09:00:00", status=status)
    subscription.bill(until="2026-07-01")
    subscription.version("2026-07-01", status="active")
    subscription.bill()


@MAIN.scenario
def test_past_due_counts(story):
    stopped_for_two_months(monthly(story), "past_due")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_unpaid_does_not_count(story):
    stopped_for_two_months(monthly(story), "unpaid")
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-05-01 churn -10.00",
        "2026-07-01 reactivation 10.00",
    ]


@MAIN.scenario
def test_paused_does_not_count(story):
    stopped_for_two_months(monthly(story), "paused")
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-05-01 churn -10.00",
        "2026-07-01 reactivation 10.00",
    ]
    assert result.causes()[1:] == ["2026-05-01 removed_item -10.00", "2026-07-01 new_item 10.00"]


@MAIN.scenario
def test_incomplete_does_not_count_until_it_is_active(story):
    subscription = monthly(story, status="incomplete")
    subscription.bill(until="2026-01-02")
    subscription.version("2026-01-03 10:00:00", status="active")
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-03 new 10.00"]


@MAIN.scenario
def test_trialing_does_not_count_though_it_follows_a_paid_time(story):
    stopped_for_two_months(monthly(story), "trialing")
    result = yield
    assert result.movements()[1] == "2026-05-01 churn -10.00"


@MAIN.scenario
def test_a_paused_collection_counts_by_default(story):
    """`pause_collection` leaves the status active."""
    subscription = monthly(story)
    subscription.bill(until="2026-05-01")
    subscription.version("2026-05-01", pause_collection_behavior="void")
    subscription.bill(until="2026-07-01")
    subscription.version("2026-07-01", pause_collection_behavior=None)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_the_last_version_of_a_day_wins(story):
    """Unpaid in the morning, active in the afternoon of one day."""
    subscription = monthly(story)
    subscription.bill(until="2026-05-10")
    subscription.version("2026-05-10 09:00:00", status="unpaid")
    subscription.version("2026-05-10 15:00:00", status="active")
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_service_ends_on_its_day_whenever_that_was_recorded(story):
    """Service ended on 1 Jun; the cancellation was recorded on 20 Jun."""
    subscription = monthly(story)
    subscription.bill(until="2026-06-02")
    subscription.end("2026-06-01", recorded="2026-06-20")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-06-01 churn -10.00"]


@MAIN.scenario
def test_a_request_to_cancel_that_was_withdrawn_changes_nothing(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-10")
    subscription.version("2026-05-10", cancel_at_period_end=True, canceled_at="2026-05-10")
    subscription.version("2026-05-20", cancel_at_period_end=False, canceled_at=None)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]
    assert result.periods()[-1]["scheduled_end_date"] is None


# ------------------------------------------------------------------ before the first version


@MAIN.scenario
def test_before_the_first_version_an_active_subscription_counts_from_its_start(story):
    """The connector started on 1 Jun and saw a subscription that began on 1 Jan."""
    subscription = monthly(story)
    subscription.bill()
    subscription.forget_versions(before="2026-06-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_a_resync_that_leaves_only_a_canceled_row_gives_start_to_end(story):
    subscription = monthly(story)
    subscription.bill(until="2026-05-01")
    subscription.end("2026-05-01")
    subscription.forget_versions(before="2026-05-01", last_start="2026-09-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-01 churn -10.00"]


@MAIN.scenario
def test_before_the_first_version_a_subscription_counts_from_the_end_of_its_trial(story):
    trial = {"status": "trialing", "trial_start": "2026-01-01", "trial_end": "2026-01-15"}
    subscription = monthly(story, **trial)
    subscription.bill_trial("2026-01-15")
    subscription.version("2026-01-15", status="active")
    subscription.bill()
    subscription.forget_versions(before="2026-06-15")
    result = yield
    assert result.movements() == ["2026-01-15 new 10.00"]


@MAIN.scenario
def test_a_canceled_row_of_a_trial_that_was_left_gives_nothing(story):
    """Trial to 15 Jan, ended on 10 Jan; only the last row is left."""
    trial = {"status": "trialing", "trial_start": "2026-01-01", "trial_end": "2026-01-15"}
    subscription = monthly(story, **trial)
    subscription.bill_trial("2026-01-15")
    subscription.end("2026-01-10")
    subscription.forget_versions(before="2026-01-10")
    result = yield
    assert result.movements() == []


@MAIN.scenario
def test_before_a_first_version_that_is_trialing_nothing_counts(story):
    """The trial was seen from 1 Feb on and ends on 1 Mar; the subscription began on 1 Jan."""
    trial = {"status": "trialing", "trial_start": "2026-01-01", "trial_end": "2026-03-01"}
    subscription = monthly(story, **trial)
    subscription.bill_trial("2026-03-01")
    subscription.version("2026-02-01", default_source_id="card_1")
    subscription.version("2026-03-01", status="active")
    subscription.bill()
    subscription.forget_versions(before="2026-02-01")
    result = yield
    assert result.movements() == ["2026-03-01 new 10.00"]


@MAIN.scenario
def test_before_a_first_version_that_is_paused_nothing_counts(story):
    subscription = monthly(story, status="paused")
    subscription.version("2026-06-01", default_source_id="card_1")
    subscription.version("2026-07-01", status="active")
    subscription.period_end = subscription.period_start = subscription.versions[-1][
        "_fivetran_start"
    ]
    subscription.bill()
    subscription.forget_versions(before="2026-06-01")
    result = yield
    assert result.movements() == ["2026-07-01 new 10.00"]


@MAIN.scenario
def test_before_a_first_version_that_is_incomplete_nothing_counts(story):
    subscription = monthly(story, status="incomplete")
    subscription.bill(until="2026-01-02")
    subscription.version("2026-01-02", default_source_id="card_1")
    subscription.version("2026-01-03", status="active")
    subscription.bill()
    subscription.forget_versions(before="2026-01-02")
    result = yield
    assert result.movements() == ["2026-01-03 new 10.00"]


@MAIN.scenario
def test_before_a_first_version_that_is_incomplete_expired_nothing_counts(story):
    subscription = monthly(story, status="incomplete")
    subscription.bill(until="2026-01-02", status="open", paid=False)
    subscription.version("2026-01-03", status="incomplete_expired", ended_at="2026-01-03")
    subscription.forget_versions(before="2026-01-03")
    result = yield
    assert result.movements() == []


@MAIN.scenario
def test_before_a_first_version_that_is_unpaid_a_subscription_counts_as_active(story):
    subscription = monthly(story)
    subscription.bill(until="2026-06-02")
    subscription.version("2026-06-10", status="unpaid")
    subscription.forget_versions(before="2026-06-10")
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-06-10 churn -10.00"]
    assert result.churn_reasons() == ["new None", "churn involuntary"]
