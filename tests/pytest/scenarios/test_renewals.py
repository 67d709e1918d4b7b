"""Section 4, renewals: terms, the day they are due, and what became of them.

Most stories have one term of a quarter, $300 from 15 Jan: 100 a month, due on 15 Apr. Day 30 is
15 May, day 90 is 14 Jul.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from scenarios.groups import MAIN
from scenarios.sequences import WHOLE


def quarterly(story, start="2026-01-15", **options):
    """$300 a quarter."""
    return story.subscribe(story.price(300_00, interval_count=3), start=start, **options)


def left_after_a_term(story, start="2026-01-15", end="2026-04-15"):
    """One quarter, and gone on the day it was due."""
    subscription = quarterly(story, start)
    subscription.bill(until=end)
    subscription.end(end)


def back(story, start):
    """A monthly subscription of $80."""
    story.subscribe(story.price(80_00), start=start).bill()


@MAIN.scenario
def test_a_term_that_goes_on_is_renewed_on_the_due_day_at_what_it_is_worth_then(story):
    """A second seat from 15 Jul on, the day on which the second term is due."""
    subscription = quarterly(story)
    subscription.bill(until="2026-07-15")
    subscription.change("2026-07-15", quantity=2, prorate=False)
    subscription.bill()
    result = yield
    assert result.renewals() == [
        "2026-04-15 renewed 100.00 100.00 0",
        "2026-07-15 renewed 100.00 200.00 0",
        "2026-10-15 renewed 200.00 200.00 0",
    ]


@MAIN.scenario
def test_a_subscription_by_the_month_has_no_terms(story):
    story.subscribe(story.price(10_00), start="2026-01-15").bill()
    story.subscribe(story.price(20_00, interval_count=2), start="2026-01-15").bill()
    story.subscribe(story.price(20_00, "week", 12), start="2026-01-15").bill()
    result = yield
    assert result.renewals() == []


@MAIN.scenario
def test_thirteen_weeks_are_three_months(story):
    """From 15 Jan 91 days: due on 16 Apr, 16 Jul, 15 Oct. 1,300 x 52/12/13 = 433.33 a month."""
    story.subscribe(story.price(1300_00, "week", 13), start="2026-01-15").bill()
    result = yield
    assert result.renewals() == [
        f"2026-{day} renewed 433.33 433.33 0" for day in ("04-16", "07-16", "10-15")
    ]


@MAIN.scenario
def test_a_term_cancelled_before_its_end_stays_due_on_its_original_end(story):
    """Ended on 20 Feb: the 100 of 19 Feb were due."""
    left_after_a_term(story, end="2026-02-20")
    result = yield
    assert result.renewals() == ["2026-04-15 churned 100.00 0.00 None"]


@MAIN.scenario
def test_back_on_day_30_is_renewed(story):
    left_after_a_term(story)
    back(story, "2026-05-15")
    result = yield
    assert result.renewals() == ["2026-04-15 renewed 100.00 80.00 30"]


@MAIN.scenario
def test_back_on_day_31_is_late(story):
    left_after_a_term(story)
    back(story, "2026-05-16")
    result = yield
    assert result.renewals() == ["2026-04-15 late 100.00 80.00 31"]


@MAIN.scenario
def test_back_on_day_90_is_late(story):
    left_after_a_term(story)
    back(story, "2026-07-14")
    result = yield
    assert result.renewals() == ["2026-04-15 late 100.00 80.00 90"]


@MAIN.scenario
def test_back_on_day_91_stays_churned(story):
    left_after_a_term(story)
    back(story, "2026-07-15")
    result = yield
    assert result.renewals() == ["2026-04-15 churned 100.00 0.00 None"]


@MAIN.scenario
def test_a_subscription_that_started_inside_the_term_renews_it_early(story):
    """The new one from 10 Mar; both run until 15 Apr. Credited to the due day."""
    left_after_a_term(story)
    back(story, "2026-03-10")
    result = yield
    assert result.renewals() == ["2026-04-15 renewed 100.00 80.00 0"]


@MAIN.scenario
def test_a_subscription_that_started_before_the_term_does_not_renew_it(story):
    story.subscribe(story.price(80_00), start="2026-01-14").bill()
    left_after_a_term(story)
    result = yield
    assert result.renewals() == ["2026-04-15 churned 100.00 0.00 None"]


@MAIN.scenario
def test_a_subscription_of_another_account_does_not_renew_it(story):
    left_after_a_term(story)
    story.subscribe(story.price(80_00), start="2026-04-15", customer=story.customer()).bill()
    result = yield
    assert result.renewals() == ["2026-04-15 churned 100.00 0.00 None"]


@MAIN.scenario
def test_a_term_anchored_anew_stays_due_on_its_original_end(story):
    """On 20 Feb to $2,400 a year, 200 a month: the 100 of 19 Feb were due on 15 Apr."""
    subscription = quarterly(story)
    subscription.bill(until="2026-02-20")
    subscription.renew_with("2026-02-20", story.price(2400_00, "year"))
    subscription.bill()
    result = yield
    assert result.renewals() == ["2026-04-15 renewed 100.00 200.00 0"]


@MAIN.scenario
def test_of_two_periods_that_begin_on_one_day_the_later_counts(story):
    """A quarter at nine, moved to $1,800 for half a year at three in the afternoon."""
    subscription = quarterly(story, "2026-01-15 09:00:00")
    subscription.bill(until="2026-01-15 12:00:00")
    subscription.renew_with("2026-01-15 15:00:00", story.price(1800_00, interval_count=6))
    subscription.bill()
    result = yield
    assert result.renewals() == ["2026-07-15 renewed 300.00 300.00 0"]


@MAIN.scenario
def test_a_subscription_that_was_unpaid_comes_back_itself(story):
    """Unpaid from 10 Apr to 1 Jun, day 47. The 100 of 9 Apr were due."""
    subscription = quarterly(story)
    subscription.bill(until="2026-04-10")
    subscription.version("2026-04-10", status="unpaid")
    subscription.bill(until="2026-06-01")
    subscription.version("2026-06-01", status="active")
    subscription.bill()
    result = yield
    assert result.renewals() == [
        "2026-04-15 late 100.00 100.00 47",
        "2026-07-15 renewed 100.00 100.00 0",
        "2026-10-15 renewed 100.00 100.00 0",
    ]


@MAIN.scenario
def test_a_trial_is_no_term(story):
    """A trial of 100 days, then quarters from 15 Apr."""
    trial = {"status": "trialing", "trial_start": "2026-01-05", "trial_end": "2026-04-15"}
    subscription = quarterly(story, "2026-01-05", **trial)
    subscription.bill_trial("2026-04-15")
    subscription.version("2026-04-15", status="active")
    subscription.bill()
    result = yield
    assert result.renewals() == [
        "2026-07-15 renewed 100.00 100.00 0",
        "2026-10-15 renewed 100.00 100.00 0",
    ]


@MAIN.scenario
def test_lines_show_the_terms_of_versions_that_a_resync_dropped(story):
    subscription = quarterly(story)
    subscription.bill()
    subscription.forget_versions("2026-10-01")
    result = yield
    assert [line[:18] for line in result.renewals()] == [
        "2026-04-15 renewed",
        "2026-07-15 renewed",
        "2026-10-15 renewed",
    ]


@MAIN.scenario
def test_the_holder_on_the_due_day_has_the_term(story):
    giver, taker = story.customer(), story.customer()
    subscription = quarterly(story, customer=giver)
    subscription.bill(until="2026-03-01")
    subscription.version("2026-03-01", customer_id=taker.id)
    subscription.bill(until="2026-07-01")
    result = yield
    (first, *_) = result.marts.rows(
        "select * from marts.fct_renewals where subscription_id = ? order by due_date",
        subscription.id,
    )
    assert (first["account_id"], first["due_date"]) == (taker.id, date(2026, 4, 15))


@MAIN.scenario
def test_the_terms_of_a_flat_row_are_cut_at_its_end(story):
    """Half years from 1 Mar, the second one cut on 10 Dec: on 31 Dec it is 21 days over."""
    story.flat("2026-03-01", "2026-12-10", amount="600", interval_count=6)
    result = yield
    assert result.renewals() == [
        "2026-09-01 renewed 100.00 100.00 0",
        "2026-12-10 open 100.00 0.00 None",
    ]


@WHOLE.scenario
def test_an_open_term_churns_and_turns_late_when_it_comes_back_by_day_90(story):
    """Due on 10 Apr: the landings are day 21, day 61 and day 132; it is back on day 76, 25 Jun."""
    left_after_a_term(story, start="2026-01-10", end="2026-04-10")
    first = yield
    second = yield
    story.subscribe(story.price(80_00), start="2026-06-25").bill()
    third = yield
    assert first.renewals() == ["2026-04-10 open 100.00 0.00 None"]
    assert second.renewals() == ["2026-04-10 churned 100.00 0.00 None"]
    assert third.renewals() == ["2026-04-10 late 100.00 80.00 76"]


# ------------------------------------------------------------------- pipeline and committed MRR
def with_crm(story):
    """A CRM account and its billing customer."""
    account = story.crm_account()
    return account, story.linked_customer(account)


@MAIN.scenario
def test_a_term_ahead_stands_in_the_pipeline_with_its_opportunity(story):
    """A year from 1 Feb 2026 for $1,200; on 31 Dec due in 32 days. Quoted with 5% more."""
    account, customer = with_crm(story)
    story.subscribe(story.price(1200_00, "year"), start="2026-02-01", customer=customer).bill()
    story.opportunity(
        account,
        "Renewal",
        forecast_category="Commit",
        quoted_uplift_percent_c="5",
        contract_end_c="2027-01-31",
        close_date="2027-01-20",
    )
    result = yield
    (row,) = result.ahead()
    assert (row["due_date"], row["days_to_due"]) == (date(2027, 2, 1), 32)
    assert (row["live_mrr"], row["quoted_mrr"]) == (100, 105)
    assert (row["forecast_category"], row["opportunity_status"]) == ("Commit", "open")
    # Named by its last day; that is no difference.
    assert row["contract_end_gap_days"] == -1
    rate = row["past_renewal_rate"]
    assert 0 < rate < 1
    assert row["renewal_probability"] == rate
    assert row["expected_mrr"] == round(100 * Decimal(rate), 2)
    assert result.renewals() == []


@MAIN.scenario
def test_a_contract_that_ends_on_another_day_than_the_term_warns(story):
    account, customer = with_crm(story)
    story.subscribe(story.price(1200_00, "year"), start="2026-02-01", customer=customer).bill()
    story.opportunity(account, "Renewal", contract_end_c="2027-02-15")
    result = yield
    (row,) = result.ahead()
    assert (row["contract_end_date"], row["contract_end_gap_days"]) == (date(2027, 2, 15), 14)
    (check,) = result.marts.rows(
        "select * from marts.fct_quality_results where check_name like 'contracts_end_when%'"
    )
    assert (check["outcome"], check["observed"]) == ("warned", "1 rows")


@MAIN.scenario
def test_an_announced_end_is_expected_to_bring_nothing_and_is_not_committed(story):
    subscription = story.subscribe(story.price(1200_00, "year"), start="2026-02-01")
    subscription.bill()
    subscription.version(
        "2026-11-01",
        cancel_at_period_end=True,
        canceled_at="2026-11-01",
        cancel_at="2027-02-01",
    )
    result = yield
    (row,) = result.ahead()
    assert (row["is_cancellation_announced"], row["expected_mrr"]) == (True, 0)
    assert result.committed() == ["2026-12-31 live 100.00", "2027-02-01 cancellation -100.00"]


@MAIN.scenario
def test_a_flat_row_on_file_for_later_is_signed(story):
    """100 until 1 Mar, then 130: 30 more are signed, nothing is cancelled."""
    story.flat("2026-01-01", "2027-03-01", amount="100")
    story.flat("2027-03-01", amount="130", updated_at="2026-11-30 10:00:00")
    result = yield
    assert result.committed() == ["2026-12-31 live 100.00", "2027-03-01 signed 30.00"]


@MAIN.scenario
def test_a_won_deal_that_begins_later_is_signed(story):
    """$6,000 a year from 1 Feb 2027: 500 a month. A lost one and one that has begun are not."""
    account, _ = with_crm(story)
    won = {"is_closed": True, "is_won": True, "amount": "6000", "close_date": "2026-12-10"}
    story.opportunity(account, "New Business", contract_start_c="2027-02-01", **won)
    story.opportunity(
        account, "New Business", contract_start_c="2027-02-01", **won | {"is_won": False}
    )
    story.opportunity(account, "New Business", contract_start_c="2026-12-20", **won)
    result = yield
    assert result.committed() == ["2027-02-01 signed 500.00"]
