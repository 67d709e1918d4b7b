"""Who looks after an account: from field history, shares and row versions to the segments.

Every person of a story works in a region of their own, so csm and region are segments of their own.
"""

from __future__ import annotations

from datetime import date

from scenarios.groups import MAIN
from scenarios.harness import Result
from scenarios.landing import Record, stamp
from scenarios.sequences import WHOLE
from scenarios.stripe_builder import Story, salesforce_id


def employee(story: Story, **columns) -> Record:
    """A CSM of the roster, hired long ago, with a CRM user."""
    number = story.new_id("employee")
    row = {
        "employee_id": number,
        "crm_user_id": salesforce_id(number, "005"),
        "display_name": "A person",
        "role": "csm",
        "region": f"region of {number}",
        "hired_on": "2020-01-01",
        "_fivetran_synced": stamp(story.landing.today),
    } | columns
    return Record(story.landing, "people.employee", row)


def handed_over(account: Record, at: str, old: Record, new: Record) -> None:
    """A change of the CSM as the CRM's field history has it: once with ids, once with names."""
    pairs = [
        [person.row[column] for person in (old, new)] for column in ("crm_user_id", "display_name")
    ]
    for number, (old_value, new_value) in enumerate(pairs):
        row = {
            "id": salesforce_id(f"{account.id} {at} {number}", "017"),
            "account_id": account.id,
            "field": "CSM_ID__c",
            "old_value": old_value,
            "new_value": new_value,
            "created_date": at,
            "_fivetran_synced": stamp(account.landing.today),
        }
        Record(account.landing, "salesforce.account_field_history", row)


def paying(story: Story, account: Record):
    """$100 a month from 10 January."""
    customer = story.linked_customer(account)
    subscription = story.subscribe(story.price(100_00), start="2026-01-10", customer=customer)
    subscription.bill(until="2026-04-10")
    return subscription


def bridge(result: Result, kind: str, value: str) -> list[str]:
    """`month opening reclass new expansion closing` of a segment, months up to May."""
    rows = result.marts.rows(
        """
        select month, opening_mrr, reclass_mrr, new_mrr, expansion_mrr, closing_mrr
        from marts.rpt_mrr_monthly
        where segment_kind = ? and segment_value = ? and month <= date '2026-05-01'
        order by month
        """,
        kind,
        value,
    )
    return [" ".join(f"{part}" for part in row.values()) for row in rows]


def issues(result: Result, account: Record) -> list[str]:
    """`issue from to` of an account."""
    rows = result.marts.rows(
        "select issue, from_date, to_date from marts.rpt_ownership_issues "
        "where account_id = ? order by from_date, issue",
        account.id,
    )
    return [" ".join(str(part) for part in row.values()) for row in rows]


@MAIN.scenario
def test_an_account_that_changes_hands_in_mid_quarter_is_reclassified_and_the_bridge_closes(story):
    """A hands over to B on 15 February: March is the first month that opens with B."""
    first, second = employee(story), employee(story)
    account = story.crm_account(csm_id_c=second.row["crm_user_id"])
    handed_over(account, "2026-02-15 10:00:00", first, second)
    subscription = paying(story, account)
    subscription.change("2026-04-10", quantity=2)
    subscription.bill()
    result = yield
    before = [
        "2026-01-01 0.00 0.00 100.00 0.00 100.00",
        "2026-02-01 100.00 0.00 0.00 0.00 100.00",
        "2026-03-01 100.00 -100.00 0.00 0.00 0.00",
    ]
    after = [
        "2026-03-01 0.00 100.00 0.00 0.00 100.00",
        "2026-04-01 100.00 0.00 0.00 100.00 200.00",
        "2026-05-01 200.00 0.00 0.00 0.00 200.00",
    ]
    for column, kind in (("employee_id", "csm"), ("region", "region")):
        assert bridge(result, kind, first.row[column]) == before
        assert bridge(result, kind, second.row[column]) == after

    # The first quarter is A's, for the account began with A; the second B's: 100 became 200.
    quarters = result.marts.rows(
        """
        select period_start, segment_value, nrr from marts.rpt_retention
        where segment_kind = 'csm' and period_kind = 'quarter' and list_contains(?, segment_value)
            and period_start < date '2026-07-01'
        order by period_start
        """,
        [first.row["employee_id"], second.row["employee_id"]],
    )
    assert [tuple(row.values()) for row in quarters] == [
        (date(2026, 1, 1), first.row["employee_id"], None),
        (date(2026, 4, 1), second.row["employee_id"], 2.0),
    ]
    assert result.account(account.id)["csm_id"] == second.row["employee_id"]
    assert issues(result, account) == []


@MAIN.scenario
def test_what_a_csm_who_left_still_holds_is_unowned_and_the_co_owner_keeps_the_share(story):
    """0.4 of the account is B's; A leaves on 30 June, so July opens without an owner."""
    leaver = employee(story, left_on="2026-06-30")
    partner = employee(story)
    account = story.crm_account(
        csm_id_c=leaver.row["crm_user_id"],
        co_csm_id_c=partner.row["crm_user_id"],
        co_csm_split_c=0.4,
    )
    paying(story, account).bill()
    result = yield
    months = {row["month"]: row["csm"] for row in result.months()}
    assert months[date(2026, 6, 1)] == leaver.row["employee_id"]
    assert months[date(2026, 7, 1)] == "none"
    assert result.account(account.id)["csm_id"] is None
    assert issues(result, account) == ["owner_left 2026-06-30 None"]

    held = result.marts.rows(
        "select csm_id, csm_name, is_active, owned_accounts, owned_mrr from marts.dim_csms "
        "where list_contains(?, csm_id) order by csm_id",
        [leaver.row["employee_id"], partner.row["employee_id"]],
    )
    assert [tuple(row.values()) for row in held] == [
        (leaver.row["employee_id"], None, False, 0, 0.0),
        (partner.row["employee_id"], None, True, 1, 40.0),
    ]


@MAIN.scenario
def test_an_owner_whom_the_roster_does_not_know_is_nobody(story):
    employee(story)
    account = story.crm_account(csm_id_c=salesforce_id("nobody of ours", "005"))
    paying(story, account).bill()
    result = yield
    assert result.account(account.id)["csm_id"] is None
    assert {row["csm"] for row in result.months()} == {"none"}
    assert issues(result, account) == ["owner_not_in_roster 2026-01-10 None"]


@MAIN.scenario
def test_of_two_merged_accounts_the_owner_of_the_survivor_counts(story):
    """Merged in November; what the other one paid before is the survivor's, and so is its owner."""
    first, second = employee(story), employee(story)
    survivor = story.crm_account(csm_id_c=first.row["crm_user_id"])
    merged = story.crm_account(csm_id_c=second.row["crm_user_id"])
    merged.update("2026-11-10", is_deleted=True, master_record_id=survivor.id)
    paying(story, merged).bill()
    result = yield
    assert {row["csm"] for row in result.months()} == {first.row["employee_id"]}


@WHOLE.scenario
def test_without_history_an_owner_changes_on_the_day_it_was_seen(story):
    """Seen in May, then changed on 20 May and cleared on 4 July; no roster lands here."""
    first, second = (salesforce_id(f"{story.name} {number}", "005") for number in "12")
    account = story.crm_account(csm_id_c=first)
    customer = story.linked_customer(account)
    subscription = story.subscribe(story.price(10_00), start="2026-01-01", customer=customer)
    subscription.bill()
    seen = yield
    account.update("2026-05-20", csm_id_c=second)
    subscription.bill()
    changed = yield
    account.update("2026-07-04", csm_id_c=None)
    subscription.bill()
    cleared = yield
    owners = [first] * 5
    assert [row["csm"] for row in seen.months()] == owners
    # May opened with the first, June with the second.
    assert [row["csm"] for row in changed.months()] == [*owners, second]
    assert [row["csm"] for row in cleared.months()] == [*owners, second, second, "none"]
    assert cleared.account(account.id)["csm_id"] is None
    assert issues(cleared, account) == ["no_owner 2026-07-04 None"]
