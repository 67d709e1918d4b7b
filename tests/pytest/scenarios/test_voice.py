"""Support and voice: whose ticket, rating or answer it is, and what is missing without one.

No service levels are landed here, so that first replies are read from the comments.
"""

from __future__ import annotations

from typing import Any

from scenarios.groups import MAIN, TODAY
from scenarios.harness import Result
from scenarios.landing import Record, stamp
from scenarios.stripe_builder import Story, salesforce_id


def record(story: Story, table: str, **columns: Any) -> Record:
    """A row with an id of the story, synced on the last day."""
    row = {"id": story.new_id(table.split(".")[1]), "_fivetran_synced": stamp(TODAY)}
    return Record(story.landing, table, row | columns)


def paying(story: Story, account: Record) -> None:
    """$100 a month from 10 January."""
    customer = story.linked_customer(account)
    story.subscribe(story.price(100_00), start="2026-01-10", customer=customer).bill()


def ticket(story: Story, **columns: Any) -> Record:
    """A ticket of 7 December, a Monday, that is still open."""
    opened = {"status": "open", "created_at": "2026-12-07 10:00:00"}
    return record(
        story, "zendesk.ticket", **({"updated_at": "2026-12-10 10:00:00"} | opened | columns)
    )


def rated(story: Story, ticket: Record, score: str) -> Record:
    """A rating of 12 December."""
    at = {"created_at": "2026-12-11 10:00:00", "updated_at": "2026-12-12 10:00:00"}
    return record(story, "zendesk.satisfaction_rating", ticket_id=ticket.id, score=score, **at)


def answered(story: Story, person: str | None, score: int, at: str) -> Record:
    """An answer to a survey."""
    return record(
        story, "delighted.response", person_id=person, score=score, created_at=at, updated_at=at
    )


def heard(result: Result, account: str) -> dict[str, int]:
    """What December's window counts of an account, zeros left out."""
    (row,) = result.marts.rows(
        "select * from marts.fct_account_voice_months "
        "where account_id = ? and month = '2026-12-01'",
        account,
    )
    return {name: value for name, value in row.items() if isinstance(value, int) and value}


def measured(result: Result, account: str) -> dict[str, tuple[float | None, str | None]]:
    """`raw value, missing rule` by dimension at the end of the last day."""
    rows = result.marts.rows(
        "select dimension, raw_value, missing_rule from marts.fct_account_health_drivers "
        "where account_id = ? and score_date = ?",
        account,
        TODAY,
    )
    return {row["dimension"]: (row["raw_value"], row["missing_rule"]) for row in rows}


def set_aside(result: Result, row: Record) -> list[str]:
    """Rules that a raw row broke."""
    rows = result.marts.rows(
        "select rule from marts.fct_quarantined_rows where row_key = ? and source_table = ?",
        row.id,
        row.table,
    )
    return [row["rule"] for row in rows]


@MAIN.scenario
def test_a_rating_counts_for_the_account_behind_the_organization_or_the_requester(story):
    """Two by a merged account's short id, one by a billing customer; an unknown one by nobody."""
    survivor = story.crm_account()
    merged = story.crm_account(master_record_id=survivor.id, is_deleted=True)
    paying(story, survivor)
    billed = story.customer()
    by_account = record(story, "zendesk.organization", external_id=merged.id[:15])
    by_customer = record(story, "zendesk.organization", external_id=billed.id)
    by_nothing = record(story, "zendesk.organization", external_id="nobody we know")
    requester = record(story, "zendesk.user", organization_id=by_account.id, role="end-user")
    rated(story, ticket(story, organization_id=by_account.id), "good")
    rated(story, ticket(story, requester_id=requester.id), "bad")
    rated(story, ticket(story, organization_id=by_account.id), "offered")
    rated(story, ticket(story, organization_id=by_customer.id, requester_id=requester.id), "4")
    rated(story, ticket(story, organization_id=by_nothing.id), "good")
    result = yield
    assert heard(result, survivor.id) == {"ratings": 2, "good_ratings": 1}
    of_customer = {"ratings": 1, "good_ratings": 1, "star_ratings": 1, "stars": 4}
    assert heard(result, billed.id) == of_customer


@MAIN.scenario
def test_a_contact_speaks_once_and_nobody_speaks_for_an_account_anonymously(story):
    """3, then 9 delivered twice: one promoter; of two surveys the first was answered."""
    account = story.crm_account()
    paying(story, account)
    address = f"{story.name}@Example.com"
    record(
        story,
        "salesforce.contact",
        id=salesforce_id(story.name, "003"),
        account_id=account.id,
        email=f" {address} ",
    )
    person = record(story, "delighted.person", email=address.lower()).id
    for sent_at in ("2026-11-01 09:00:00", "2026-12-20 09:00:00"):
        record(story, "delighted.survey_request", person_id=person, sent_at=sent_at)
    answered(story, person, 3, "2026-11-02 09:00:00")
    answered(story, person, 9, "2026-12-02 09:00:00")
    answered(story, person, 9, "2026-12-02 09:00:00")
    answered(story, None, 0, "2026-12-03 09:00:00")
    result = yield
    assert heard(result, account.id) == {
        "promoters": 1,
        "surveys_sent": 2,
        "surveys_answered": 1,
    }
    measures = measured(result, account.id)
    assert measures["mean_nps_rating"] == (9, None)
    assert measures["survey_response"] == (0.5, None)


@MAIN.scenario
def test_what_cannot_be_is_set_aside_and_counts_for_nobody(story):
    """A ticket closed before it was opened takes its rating along; scores have their scales."""
    account = story.crm_account()
    paying(story, account)
    organization = record(story, "zendesk.organization", external_id=account.id)
    early = ticket(
        story, organization_id=organization.id, status="closed", updated_at="2026-12-01 10:00:00"
    )
    of_early = rated(story, early, "good")
    fine = ticket(story, organization_id=organization.id)
    great = rated(story, fine, "great")
    rated(story, fine, "bad")
    eleven = answered(story, None, 11, "2026-12-03 09:00:00")
    result = yield
    assert set_aside(result, early) == ["end_before_start"]
    assert set_aside(result, of_early) == ["orphan"]
    assert set_aside(result, great) == ["out_of_scale"]
    assert set_aside(result, eleven) == ["out_of_scale"]
    assert heard(result, account.id) == {"ratings": 1}


@MAIN.scenario
def test_an_account_that_nobody_heard_has_reasons_and_no_zeros(story):
    """X where nothing was observed or the source is off, N where nobody was asked."""
    account = story.crm_account()
    paying(story, account)
    result = yield
    measures = measured(result, account.id)
    for dimension in ("mean_nps_rating", "csat", "reopened", "first_reply_in_sla"):
        assert measures[dimension] == (None, "X"), dimension
    assert measures["survey_response"] == (None, "N")
    # No service levels are landed: not even what would be a true zero is one.
    assert measures["open_severe_tickets"] == (None, "X")


@MAIN.scenario
def test_without_service_levels_first_replies_are_those_of_the_agents_comments(story):
    """Severity 2 is due in 4 hours of business: one reply after 3, the other on the next day."""
    account = story.crm_account()
    paying(story, account)
    organization = record(story, "zendesk.organization", external_id=account.id)
    agent = record(story, "zendesk.user", role="agent")
    for replied_at in ("2026-12-07 13:00:00", "2026-12-08 13:00:00"):
        asked = ticket(story, organization_id=organization.id, custom_severity=2)
        reply = {"user_id": agent.id, "public": True, "created": replied_at}
        record(story, "zendesk.ticket_comment", ticket_id=asked.id, **reply)
    result = yield
    assert measured(result, account.id)["first_reply_in_sla"] == (0.5, None)
