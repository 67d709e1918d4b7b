"""Section 3: movement types, balances and the reasons of churn."""

from __future__ import annotations

from scenarios.groups import MAIN


def monthly(story, unit_amount=10_00, start="2026-01-01", **options):
    """A monthly price of a product of its own."""
    price = story.price(unit_amount, product=story.product())
    return story.subscribe(price, start=start, **options)


def ended(subscription, day):
    """Billed to a day and ended on it."""
    subscription.bill(until=day)
    subscription.end(day)


@MAIN.scenario
def test_the_last_of_two_subscriptions_to_end_is_the_churn(story):
    ended(monthly(story), "2026-04-10")
    ended(monthly(story, 5_00), "2026-06-10")
    result = yield
    assert result.movements() == [
        "2026-01-01 new 15.00",
        "2026-04-10 contraction -10.00",
        "2026-06-10 churn -5.00",
    ]


@MAIN.scenario
def test_two_subscriptions_that_end_on_one_day_are_one_churn(story):
    ended(monthly(story), "2026-04-10")
    ended(monthly(story, 5_00), "2026-04-10")
    result = yield
    assert result.movements() == ["2026-01-01 new 15.00", "2026-04-10 churn -15.00"]


@MAIN.scenario
def test_a_second_subscription_is_an_expansion(story):
    monthly(story).bill()
    monthly(story, 5_00, start="2026-05-20").bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-05-20 expansion 5.00"]


@MAIN.scenario
def test_a_swap_of_plans_on_one_day_is_one_net_movement(story):
    """Plan A ends and plan B starts on 10 Apr, two subscriptions."""
    ended(monthly(story), "2026-04-10")
    monthly(story, 15_00, start="2026-04-10 12:00:00").bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-04-10 expansion 5.00"]
    assert sorted(result.causes()[1:]) == [
        "2026-04-10 new_item 15.00",
        "2026-04-10 removed_item -10.00",
    ]


@MAIN.scenario
def test_a_swap_of_equal_plans_is_no_movement(story):
    ended(monthly(story), "2026-04-10")
    monthly(story, start="2026-04-10 12:00:00").bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_a_free_plan_before_the_first_paid_day_is_not_a_movement(story):
    """Free from 1 Jan, $20 from 12 Apr."""
    subscription = monthly(story, 0)
    subscription.bill(until="2026-04-12")
    subscription.change("2026-04-12", price=story.price(20_00, product=story.product()))
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-04-12 new 20.00"]
    assert result.account()["first_paid_date"].isoformat() == "2026-04-12"


@MAIN.scenario
def test_a_trial_beside_a_paid_subscription_is_not_a_movement(story):
    monthly(story).bill()
    trial = {"status": "trialing", "trial_start": "2026-03-01", "trial_end": "2026-03-15"}
    second = monthly(story, 5_00, start="2026-03-01", **trial)
    second.bill_trial("2026-03-15")
    second.version("2026-03-15", status="active")
    second.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00", "2026-03-15 expansion 5.00"]


@MAIN.scenario
def test_a_return_after_any_gap_is_a_reactivation(story):
    """One day of absence, then almost half a year."""
    ended(monthly(story), "2026-02-10")
    ended(monthly(story, start="2026-02-11"), "2026-05-11")
    monthly(story, start="2026-11-01").bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 10.00",
        "2026-02-10 churn -10.00",
        "2026-02-11 reactivation 10.00",
        "2026-05-11 churn -10.00",
        "2026-11-01 reactivation 10.00",
    ]


@MAIN.scenario
def test_opening_and_closing_are_the_ends_of_the_day_before_and_of_the_day(story):
    subscription = monthly(story)
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=3)
    ended(subscription, "2026-08-05")
    result = yield
    assert result.balances() == [
        "2026-01-01 new 0.00 10.00",
        "2026-04-10 expansion 10.00 30.00",
        "2026-08-05 churn 30.00 0.00",
    ]


@MAIN.scenario
def test_first_paid_and_churned_dates_of_an_account(story):
    ended(monthly(story, start="2026-01-20"), "2026-04-10")
    result = yield
    account = result.account()
    assert account["first_paid_date"].isoformat() == "2026-01-20"
    assert account["churned_date"].isoformat() == "2026-04-10"


@MAIN.scenario
def test_an_account_that_returned_has_no_churned_date(story):
    ended(monthly(story), "2026-04-10")
    monthly(story, start="2026-06-01").bill()
    result = yield
    assert result.account()["churned_date"] is None
    assert result.account()["first_paid_date"].isoformat() == "2026-01-01"


# ------------------------------------------------------------------------------ churn_reason


@MAIN.scenario
def test_a_cancellation_out_of_active_is_voluntary(story):
    ended(monthly(story), "2026-04-10")
    result = yield
    assert result.churn_reasons() == ["new None", "churn voluntary"]
    assert result.churn_details() == ["2026-04-10 voluntary cancelled"]


@MAIN.scenario
def test_an_end_out_of_past_due_with_an_unpaid_invoice_is_involuntary(story):
    subscription = monthly(story)
    subscription.bill(until="2026-04-01")
    subscription.bill(until="2026-04-02", status="open", paid=False)
    subscription.version("2026-04-01 02:00:00", status="past_due")
    subscription.end("2026-04-20")
    result = yield
    assert result.movements()[-1] == "2026-04-20 churn -10.00"
    assert result.churn_reasons() == ["new None", "churn involuntary"]
    assert result.churn_details() == ["2026-04-20 involuntary past_due_unpaid"]


@MAIN.scenario
def test_an_end_out_of_past_due_with_the_latest_invoice_paid_is_voluntary(story):
    """March was not paid, April was."""
    subscription = monthly(story)
    subscription.bill(until="2026-03-01")
    subscription.bill(until="2026-03-02", status="open", paid=False)
    subscription.version("2026-03-01 02:00:00", status="past_due")
    subscription.bill(until="2026-04-02")
    subscription.end("2026-04-20")
    result = yield
    assert result.movements()[-1] == "2026-04-20 churn -10.00"
    assert result.churn_reasons() == ["new None", "churn voluntary"]
    assert result.churn_details() == ["2026-04-20 voluntary cancelled"]


@MAIN.scenario
def test_an_invoice_after_the_day_of_the_end_does_not_speak(story):
    """Ended out of past_due with April paid; a last invoice of 25 Apr stays unpaid."""
    subscription = monthly(story)
    subscription.bill(until="2026-04-02")
    subscription.version("2026-04-05", status="past_due")
    subscription.end("2026-04-20")
    story.invoice(subscription, "2026-04-25", status="open", paid=False)
    result = yield
    assert result.churn_reasons() == ["new None", "churn voluntary"]


@MAIN.scenario
def test_an_end_out_of_active_with_an_unpaid_invoice_is_voluntary(story):
    subscription = monthly(story)
    subscription.bill(until="2026-04-01")
    subscription.bill(until="2026-04-02", status="open", paid=False)
    subscription.end("2026-04-20")
    result = yield
    assert result.churn_reasons() == ["new None", "churn voluntary"]


@MAIN.scenario
def test_a_return_from_past_due_before_the_end_makes_it_voluntary(story):
    """past_due on 1 Mar, active again on 5 Mar, cancelled on 20 Apr."""
    subscription = monthly(story)
    subscription.bill(until="2026-03-02")
    subscription.version("2026-03-01 02:00:00", status="past_due")
    subscription.version("2026-03-05", status="active")
    ended(subscription, "2026-04-20")
    result = yield
    assert result.churn_reasons() == ["new None", "churn voluntary"]


@MAIN.scenario
def test_movements_other_than_churn_have_no_reason(story):
    """A contraction by an unpaid subscription beside a paid one."""
    monthly(story).bill()
    second = monthly(story, 5_00)
    second.bill(until="2026-04-02", status="open", paid=False)
    second.version("2026-04-10", status="unpaid")
    result = yield
    assert result.movements()[-1] == "2026-04-10 contraction -5.00"
    assert result.churn_reasons() == ["new None", "contraction None"]


@MAIN.scenario
def test_a_churn_by_unpaid_says_so(story):
    """S11, with what sales noted beside it: billing knows better."""
    account = story.crm_account()
    subscription = monthly(story, customer=story.linked_customer(account))
    subscription.bill(until="2026-05-02")
    subscription.version("2026-05-01 02:00:00", status="past_due")
    subscription.version("2026-05-20", status="unpaid")
    subscription.end("2026-06-01")
    story.lost_renewal(account, "2026-05-20", "Price")
    result = yield
    assert result.churn_details() == ["2026-05-20 involuntary status_unpaid"]


@MAIN.scenario
def test_the_crm_says_why_a_renewal_was_lost(story):
    """Lost to a competitor 90 days before: 30 Jan to 30 Apr (1 + 28 + 31 + 30)."""
    account = story.crm_account()
    ended(monthly(story, customer=story.linked_customer(account)), "2026-04-30")
    story.lost_renewal(account, "2026-01-30", " Switched to Competitor")
    result = yield
    assert result.churn_details() == ["2026-04-30 voluntary lost_competitor"]


@MAIN.scenario
def test_a_renewal_lost_long_before_says_nothing(story):
    """91 days before."""
    account = story.crm_account()
    ended(monthly(story, customer=story.linked_customer(account)), "2026-04-30")
    story.lost_renewal(account, "2026-01-29", "Price")
    result = yield
    assert result.churn_details() == ["2026-04-30 voluntary cancelled"]


@MAIN.scenario
def test_what_sales_typed_stays_out_of_the_marts(story):
    account = story.crm_account()
    ended(monthly(story, customer=story.linked_customer(account)), "2026-04-30")
    story.lost_renewal(account, "2026-04-28", "Jo Doe said jo@example.com is leaving")
    result = yield
    assert result.churn_details() == ["2026-04-30 voluntary lost_other"]


@MAIN.scenario
def test_a_lost_renewal_of_a_merged_account_speaks_for_the_survivor(story):
    survivor = story.crm_account()
    merged = story.crm_account(master_record_id=survivor.id, is_deleted=True)
    ended(monthly(story, customer=story.linked_customer(survivor)), "2026-04-30")
    story.lost_renewal(merged, "2026-04-28", "Budget")
    result = yield
    assert result.churn_details() == ["2026-04-30 voluntary lost_budget"]


@MAIN.scenario
def test_a_pause_is_a_detail_of_its_own(story):
    subscription = monthly(story)
    subscription.bill(until="2026-04-02")
    subscription.version("2026-04-20", status="paused")
    result = yield
    assert result.churn_details() == ["2026-04-20 voluntary paused"]


@MAIN.scenario
def test_a_discount_of_everything_makes_it_free(story):
    subscription = monthly(story)
    subscription.bill()
    story.discount(story.coupon(percent_off=100), "2026-04-20", subscription=subscription)
    result = yield
    assert result.churn_details() == ["2026-04-20 voluntary made_free"]


@MAIN.scenario
def test_the_end_of_a_flat_row_is_a_cancellation(story):
    story.flat("2026-01-01", "2026-04-20", amount="10")
    result = yield
    assert result.churn_details() == ["2026-04-20 voluntary cancelled"]


@MAIN.scenario
def test_what_leaves_a_living_account_is_in_no_churn_report(story):
    account = story.crm_account()
    customer = story.linked_customer(account)
    monthly(story, customer=customer).bill()
    ended(monthly(story, 5_00, customer=customer), "2026-04-20")
    story.lost_renewal(account, "2026-04-20", "Price")
    result = yield
    assert result.movements()[-1] == "2026-04-20 contraction -5.00"
    assert result.churn_details() == []


# ------------------------------------------------------------------------------------ months


@MAIN.scenario
def test_an_account_has_a_month_row_for_months_with_mrr_or_a_movement(story):
    """$10 from 15 Jan, 3 seats from 10 Mar, churn 5 Apr, back 1 Nov: no rows for May to October."""
    subscription = monthly(story, start="2026-01-15")
    subscription.bill(until="2026-03-10")
    subscription.change("2026-03-10", quantity=3)
    ended(subscription, "2026-04-05")
    monthly(story, start="2026-11-01").bill()
    result = yield
    columns = ("opening", "new", "expansion", "churn", "reactivation", "closing")
    found = {
        row["month"].isoformat(): [int(row[f"{column}_mrr"]) for column in columns]
        for row in result.months()
    }
    assert found == {
        "2026-01-01": [0, 10, 0, 0, 0, 10],
        "2026-02-01": [10, 0, 0, 0, 0, 10],
        "2026-03-01": [10, 0, 20, 0, 0, 30],
        "2026-04-01": [30, 0, 0, -30, 0, 0],
        "2026-11-01": [0, 0, 0, 0, 10, 10],
        "2026-12-01": [10, 0, 0, 0, 0, 10],
    }


@MAIN.scenario
def test_a_month_in_which_an_account_came_and_went_has_a_row(story):
    ended(monthly(story, start="2026-03-05"), "2026-03-20")
    result = yield
    (row,) = result.months()
    assert (row["new_mrr"], row["churn_mrr"], row["closing_mrr"]) == (10, -10, 0)
