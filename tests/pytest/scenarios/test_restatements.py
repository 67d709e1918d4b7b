"""Closed months as they were known then, and what later arrivals made of them.

Each `yield` is one landing of whole tables: 1 May, 10 Jun and 20 Aug 2026.
"""

from __future__ import annotations

import json

from scenarios.sequences import WHOLE, monthly


def versions(result) -> list[str]:
    """`month reading mrr` of every figure that a closed month of the story ever had."""
    rows = result._of_accounts("fct_account_month_versions", None, "month, known_at, account_id")
    return [f"{row['month']} {row['known_at'].date()} {row['mrr']}" for row in rows]


def restatements(result) -> list[str]:
    """`month cause old new`, and since when each was known."""
    rows = result._of_accounts("rpt_mrr_restatements", None, "month, known_at, mrr_change")
    return [
        f"{row['month']} {row['change_cause']} {row['old_mrr']} ({row['known_before'].date()}) "
        f"{row['new_mrr']} ({row['known_at'].date()})"
        for row in rows
    ]


@WHOLE.scenario
def test_a_cancellation_two_months_late_is_restated_once_and_both_figures_stay(story):
    """On 10 Aug it is recorded that service had ended on 5 May: May to July were too high."""
    subscription = monthly(story, start="2026-04-05")
    first = yield
    subscription.bill()
    second = yield
    subscription.end("2026-05-05", recorded="2026-08-10")
    third = yield
    assert versions(first) == ["2026-04-01 2026-05-01 10.00"]
    assert versions(second) == ["2026-04-01 2026-05-01 10.00", "2026-05-01 2026-06-10 10.00"]
    assert restatements(second) == []
    # June and July were closed between the landings: they were never known otherwise.
    assert versions(third) == [
        "2026-04-01 2026-05-01 10.00",
        "2026-05-01 2026-06-10 10.00",
        "2026-05-01 2026-08-20 0.00",
    ]
    assert restatements(third) == ["2026-05-01 ended 10.00 (2026-06-10) 0.00 (2026-08-20)"]


@WHOLE.scenario
def test_a_corrected_link_takes_closed_months_from_one_account_to_the_other(story):
    wrong, right = story.crm_account(), story.crm_account()
    customer = story.linked_customer(wrong)
    subscription = monthly(story, start="2026-04-05", customer=customer)
    first = yield
    customer.update("2026-05-20", metadata=json.dumps({"salesforce_account_id": right.id}))
    subscription.bill()
    second = yield
    subscription.bill()
    third = yield
    assert restatements(first) == []
    expected = [
        "2026-04-01 account_link 10.00 (2026-05-01) 0.00 (2026-06-10)",
        "2026-04-01 account_link 0.00 (2026-05-01) 10.00 (2026-06-10)",
    ]
    assert restatements(second) == expected
    assert restatements(third) == expected


@WHOLE.scenario
def test_seats_that_show_up_late_are_a_restatement_of_quantity(story):
    """3 seats from 20 Apr, invoiced on 15 May; the item has no row, so nothing shows on 1 May."""
    subscription = story.subscribe(story.price(10_00), start="2026-01-15")
    subscription.delete_row(subscription.item)
    subscription.bill(until="2026-04-20")
    subscription.change("2026-04-20", quantity=3)
    yield
    subscription.bill()
    second = yield
    subscription.bill()
    yield
    assert restatements(second) == ["2026-04-01 quantity 10.00 (2026-05-01) 30.00 (2026-06-10)"]
