"""What was agreed and done with a customer: from the CRM's raw rows to the drivers of the score.

As of 31 December 2026. The account pays $900 a month since 15 January: mid-market, to be met every
60 days.
"""

from __future__ import annotations

from scenarios.groups import MAIN
from scenarios.harness import Result
from scenarios.landing import Record, stamp
from scenarios.stripe_builder import Story, salesforce_id


def crm_row(story: Story, entity: str, **columns) -> Record:
    """A row of a CRM table."""
    row = {
        "id": salesforce_id(story.new_id(entity), "003"),
        "_fivetran_synced": stamp(story.landing.today),
    } | columns
    return Record(story.landing, f"salesforce.{entity}", row)


def task(story: Story, account: Record, day: str, contact: Record, kind: str, **columns) -> Record:
    """A task that was completed on a day, both sides taking part."""
    row = {
        "account_id": account.id,
        "who_id": contact.id,
        "touch_kind_c": kind,
        "is_two_way_c": True,
        "is_closed": True,
        "completed_date_time": f"{day} 15:00:00",
    }
    return crm_row(story, "task", **(row | columns))


def paying(story: Story, account: Record):
    """$900 a month from 15 January, billed up to today."""
    customer = story.linked_customer(account)
    subscription = story.subscribe(story.price(900_00), start="2026-01-15", customer=customer)
    subscription.bill()
    return subscription


def measured(result: Result, *dimensions: str) -> dict[str, tuple]:
    """Dimension -> (raw value, missing rule) on the as-of day."""
    rows = result._of_accounts("fct_account_health_drivers", None, "score_date, dimension")
    return {
        row["dimension"]: (row["raw_value"], row["missing_rule"])
        for row in rows
        if str(row["score_date"]) == "2026-12-31" and row["dimension"] in dimensions
    }


@MAIN.scenario
def test_touches_and_contacts_of_a_merged_account_are_the_survivors(story):
    """The champion was called on 16 November (45 of 60 days ago) and left on 1 December.

    The sponsor wrote on 1 December (30 days ago). Both talked within 90 days, a third contact
    before that. The meeting of January is not yet held, the open task not done.
    """
    account = story.crm_account()
    loser = story.crm_account(is_deleted=True, master_record_id=account.id)
    paying(story, account)
    champion = crm_row(
        story, "contact", account_id=loser.id, cs_role_c="champion", left_company_on_c="2026-12-01"
    )
    sponsor = crm_row(story, "contact", account_id=account.id, cs_role_c="Executive_Sponsor")
    user = crm_row(story, "contact", account_id=account.id, cs_role_c="user")
    task(story, loser, "2026-11-16", champion, "call")
    task(story, account, "2026-12-01", sponsor, "email")
    task(story, account, "2026-10-02", user, "email")
    task(story, account, "2026-12-30", user, "call", is_closed=False)
    crm_row(
        story,
        "event",
        account_id=account.id,
        who_id=sponsor.id,
        touch_kind_c="meeting",
        is_two_way_c=True,
        start_date_time="2027-01-07 10:00:00",
    )
    result = yield
    found = measured(
        result, "meeting_recency", "multi_threading", "executive_sponsor", "champion_change"
    )
    assert found == {
        "meeting_recency": (45 / 60, None),
        "multi_threading": (2, None),
        "executive_sponsor": (30, None),
        "champion_change": (1, None),
    }


@MAIN.scenario
def test_goals_renewal_and_invoices_are_judged_as_of_the_day(story):
    """Two goals were due in 180 days, one was met.

    The renewal ends on 1 March (60 days off), at 7% more, with one of two due steps done. The
    invoice of 15 December is open and was due on the 21st.
    """
    account = story.crm_account()
    subscription = paying(story, account)
    for due, met in (("2026-11-01", "2026-11-20"), ("2026-12-15", None), ("2026-06-01", None)):
        crm_row(story, "success_goal_c", account_id_c=account.id, due_on_c=due, met_on_c=met)
    renewal = story.opportunity(
        account, "Renewal", contract_end_c="2027-03-01", quoted_uplift_percent_c=7
    )
    for due, done in (("2026-12-01", "2026-12-02"), ("2026-12-31", None), ("2027-01-30", None)):
        crm_row(story, "renewal_step_c", opportunity_id_c=renewal.id, due_on_c=due, done_on_c=done)
    last = next(
        row
        for row in story.landing.tables["stripe.invoice"]
        if row["subscription_id"] == subscription.id and str(row["created"])[:10] == "2026-12-15"
    )
    last.update({"status": "open", "paid": False, "due_date": "2026-12-21 00:00:00"})
    result = yield
    found = measured(
        result,
        *("goals_met", "renewal_readiness", "price_shock", "dunning", "mrr_trend", "commitment"),
    )
    assert found == {
        "goals_met": (0.5, None),
        "renewal_readiness": (0.5, None),
        "price_shock": (0.07, None),
        "dunning": (10, None),
        "mrr_trend": (0, None),
        "commitment": (40, None),
    }
    goals = result._of_accounts("fct_account_goals", None, "due_date")
    assert [row["goal_status"] for row in goals] == ["missed", "met_late", "missed"]


@MAIN.scenario
def test_without_sponsor_champion_goals_and_renewal_nothing_is_made_up(story):
    """A customer nobody has touched.

    Days without a meeting count from the first paid day (350 of 60), no contact is a true zero,
    the rest is left out.
    """
    paying(story, story.crm_account())
    result = yield
    found = measured(
        result,
        *("meeting_recency", "multi_threading", "executive_sponsor", "champion_change"),
        *("goals_met", "renewal_readiness", "price_shock", "dunning"),
    )
    assert found == {
        "meeting_recency": (350 / 60, None),
        "multi_threading": (0, "Z"),
        "executive_sponsor": (None, "X"),
        "champion_change": (None, "X"),
        "goals_met": (None, "X"),
        "renewal_readiness": (None, "X"),
        "price_shock": (None, "X"),
        "dunning": (0, "Z"),
    }
