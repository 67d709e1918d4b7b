"""Section 3: transfers come first, then exchange rates, then the rest."""

from __future__ import annotations

from scenarios.groups import MAIN


def monthly(story, unit_amount=10_00, start="2026-01-01", currency="usd", **options):
    """A monthly price of a product of its own."""
    price = story.price(unit_amount, product=story.product(), currency=currency)
    return story.subscribe(price, start=start, **options)


def two_customers(story):
    """Billing customers of two accounts."""
    return story.customer(), story.customer()


def handed_over(subscription, day, taker):
    """Billed to a day, on which another customer takes the subscription over; billed on."""
    subscription.bill(until=day)
    subscription.version(day, customer_id=taker.id)
    subscription.bill()


@MAIN.scenario
def test_a_subscription_that_changes_hands_is_a_transfer(story):
    """No churn for the giver, no `new` for the taker, whose first MRR this is."""
    giver, taker = two_customers(story)
    handed_over(monthly(story, customer=giver), "2026-04-10", taker)
    result = yield
    assert result.movements(giver.id) == ["2026-01-01 new 10.00", "2026-04-10 transfer_out -10.00"]
    assert result.movements(taker.id) == ["2026-04-10 transfer_in 10.00"]
    assert result.causes(giver.id)[-1] == "2026-04-10 transfer -10.00"
    assert result.causes(taker.id) == ["2026-04-10 transfer 10.00"]


@MAIN.scenario
def test_an_account_whose_first_mrr_came_by_transfer_is_never_new(story):
    """It loses the subscription and returns with one of its own."""
    giver, taker = two_customers(story)
    subscription = monthly(story, customer=giver)
    subscription.bill(until="2026-03-10")
    subscription.version("2026-03-10", customer_id=taker.id)
    subscription.bill(until="2026-05-10")
    subscription.end("2026-05-10")
    monthly(story, 20_00, start="2026-07-01", customer=taker).bill()
    result = yield
    assert result.movements(taker.id) == [
        "2026-03-10 transfer_in 10.00",
        "2026-05-10 churn -10.00",
        "2026-07-01 reactivation 20.00",
    ]


@MAIN.scenario
def test_a_giver_who_returns_is_a_reactivation(story):
    giver, taker = two_customers(story)
    handed_over(monthly(story, customer=giver), "2026-03-10", taker)
    monthly(story, 7_00, start="2026-06-01", customer=giver).bill()
    result = yield
    assert result.movements(giver.id)[-1] == "2026-06-01 reactivation 7.00"


@MAIN.scenario
def test_a_change_of_customer_within_one_account_is_nothing(story):
    account = story.crm_account()
    first, second = story.linked_customer(account), story.linked_customer(account)
    handed_over(monthly(story, customer=first), "2026-04-10", second)
    result = yield
    assert result.movements(account.id) == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_an_upgrade_on_the_day_of_a_transfer_is_the_takers_expansion(story):
    """$10 change hands and become $20 on 10 Apr: 10 are transferred, 10 are expansion."""
    giver, taker = two_customers(story)
    subscription = monthly(story, customer=giver)
    subscription.bill(until="2026-04-10")
    subscription.version("2026-04-10", customer_id=taker.id)
    subscription.change("2026-04-10 12:00:00", quantity=2)
    subscription.bill()
    result = yield
    assert result.movements(giver.id)[-1] == "2026-04-10 transfer_out -10.00"
    assert result.balances(taker.id) == [
        "2026-04-10 expansion 0.00 20.00",
        "2026-04-10 transfer_in 0.00 20.00",
    ]
    assert result.movements(taker.id) == [
        "2026-04-10 expansion 10.00",
        "2026-04-10 transfer_in 10.00",
    ]
    assert sorted(result.causes(taker.id)) == [
        "2026-04-10 quantity 10.00",
        "2026-04-10 transfer 10.00",
    ]


@MAIN.scenario
def test_the_givers_other_changes_follow_from_the_balance_after_the_transfer(story):
    """$10 go over, $5 become $8: from 5 to 8 is an expansion."""
    giver, taker = two_customers(story)
    handed_over(monthly(story, customer=giver), "2026-04-10", taker)
    other = monthly(story, 1_00, customer=giver, quantity=5)
    other.bill(until="2026-04-10")
    other.change("2026-04-10", quantity=8)
    other.bill()
    result = yield
    assert result.movements(giver.id) == [
        "2026-01-01 new 15.00",
        "2026-04-10 expansion 3.00",
        "2026-04-10 transfer_out -10.00",
    ]
    assert result.balances(giver.id)[1:] == [
        "2026-04-10 expansion 15.00 8.00",
        "2026-04-10 transfer_out 15.00 8.00",
    ]


@MAIN.scenario
def test_the_takers_losses_follow_from_the_balance_after_the_transfer(story):
    """The taker's own $5 end on the day on which $10 come: from 15 to 10 is a contraction."""
    giver, taker = two_customers(story)
    handed_over(monthly(story, customer=giver), "2026-04-10", taker)
    own = monthly(story, 5_00, customer=taker)
    own.bill(until="2026-04-10")
    own.end("2026-04-10")
    result = yield
    assert result.movements(taker.id) == [
        "2026-01-01 new 5.00",
        "2026-04-10 contraction -5.00",
        "2026-04-10 transfer_in 10.00",
    ]


@MAIN.scenario
def test_a_new_subscription_on_the_day_of_the_giving_is_a_reactivation(story):
    """All of the giver's $10 go over (balance 0), and a subscription of $7 starts.

    Read literally: the type of the rest follows from the balance after the transfers, which is 0,
    and the account was above 0 before.
    """
    giver, taker = two_customers(story)
    handed_over(monthly(story, customer=giver), "2026-04-10", taker)
    monthly(story, 7_00, start="2026-04-10", customer=giver).bill()
    result = yield
    assert result.movements(giver.id) == [
        "2026-01-01 new 10.00",
        "2026-04-10 reactivation 7.00",
        "2026-04-10 transfer_out -10.00",
    ]


# --------------------------------------------------------------------------------------- fx


@MAIN.scenario
def test_fx_stands_in_a_row_of_its_own_beside_an_expansion(story):
    """1 seat of EUR 100 from January, 2 seats from 1 Feb, when the rate goes from 1.10 to 1.20."""
    subscription = monthly(story, 100_00, currency="eur")
    subscription.bill(until="2026-02-01")
    subscription.change("2026-02-01", quantity=2, prorate=False)
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 110.00",
        "2026-02-01 expansion 120.00",
        "2026-02-01 fx 10.00",
    ]
    assert result.balances()[1:] == [
        "2026-02-01 expansion 110.00 240.00",
        "2026-02-01 fx 110.00 240.00",
    ]
    assert sorted(result.causes()[1:]) == ["2026-02-01 fx 10.00", "2026-02-01 quantity 120.00"]


@MAIN.scenario
def test_an_item_that_is_gone_has_no_fx(story):
    """EUR 100 stay (+10 by the rate), an add-on of EUR 50 goes on 1 Feb at its old value of 55."""
    addon = story.price(50_00, product=story.product(), currency="eur")
    subscription = monthly(story, 100_00, currency="eur", addons=((addon, 1),))
    subscription.bill(until="2026-02-01")
    subscription.remove_item("2026-02-01", subscription.items[1], credit=False)
    subscription.bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 165.00",
        "2026-02-01 contraction -55.00",
        "2026-02-01 fx 10.00",
    ]
    assert sorted(result.causes()[2:]) == ["2026-02-01 fx 10.00", "2026-02-01 removed_item -55.00"]


@MAIN.scenario
def test_an_item_that_is_added_has_no_fx(story):
    """EUR 50 more on 1 Feb count at the new rate: 60."""
    monthly(story, 100_00, currency="eur").bill()
    monthly(story, 50_00, currency="eur", start="2026-02-01").bill()
    result = yield
    assert result.movements()[1:] == ["2026-02-01 expansion 60.00", "2026-02-01 fx 10.00"]


@MAIN.scenario
def test_on_a_day_on_which_mrr_ends_churn_takes_the_whole(story):
    subscription = monthly(story, 100_00, currency="eur")
    subscription.bill(until="2026-02-01")
    subscription.end("2026-02-01")
    result = yield
    assert result.movements() == ["2026-01-01 new 110.00", "2026-02-01 churn -110.00"]
    assert result.causes() == ["2026-01-01 new_item 110.00", "2026-02-01 removed_item -110.00"]


@MAIN.scenario
def test_on_a_day_on_which_mrr_starts_new_takes_the_whole(story):
    monthly(story, 100_00, currency="eur", start="2026-02-01").bill()
    result = yield
    assert result.movements() == ["2026-02-01 new 120.00"]


@MAIN.scenario
def test_on_a_day_on_which_mrr_returns_reactivation_takes_the_whole(story):
    first = monthly(story, 100_00, currency="eur")
    first.bill(until="2026-01-20")
    first.end("2026-01-20")
    monthly(story, 100_00, currency="eur", start="2026-02-01").bill()
    result = yield
    assert result.movements() == [
        "2026-01-01 new 110.00",
        "2026-01-20 churn -110.00",
        "2026-02-01 reactivation 120.00",
    ]


@MAIN.scenario
def test_fx_is_the_difference_of_rounded_amounts(story):
    """EUR 33.33: 36.663 in January, 39.996 in February."""
    monthly(story, 33_33, currency="eur").bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 36.66", "2026-02-01 fx 3.34"]


@MAIN.scenario
def test_transfers_come_before_fx(story):
    """EUR 100 go over on 1 Feb at their old value of 110; the taker's EUR 150 then gain 15."""
    giver, taker = two_customers(story)
    handed_over(monthly(story, 100_00, currency="eur", customer=giver), "2026-02-01", taker)
    monthly(story, 50_00, currency="eur", customer=taker).bill()
    result = yield
    assert result.movements(giver.id) == [
        "2026-01-01 new 110.00",
        "2026-02-01 transfer_out -110.00",
    ]
    assert result.movements(taker.id) == [
        "2026-01-01 new 55.00",
        "2026-02-01 fx 15.00",
        "2026-02-01 transfer_in 110.00",
    ]
    assert result.balances(taker.id)[1:] == [
        "2026-02-01 fx 55.00 180.00",
        "2026-02-01 transfer_in 55.00 180.00",
    ]


@MAIN.scenario
def test_an_account_that_starts_by_transfer_on_a_day_of_new_rates_has_an_fx_row(story):
    """EUR 100 come on 1 Feb as the taker's first MRR: 110 transferred, closing 120.

    "Transfers come first, then fx": the transfer nets to zero at the old rate, and whether MRR
    starts that day is judged by the balance after it; there is no `new` to take the whole.
    """
    giver, taker = two_customers(story)
    handed_over(monthly(story, 100_00, currency="eur", customer=giver), "2026-02-01", taker)
    result = yield
    assert result.movements(taker.id) == [
        "2026-02-01 fx 10.00",
        "2026-02-01 transfer_in 110.00",
    ]


@MAIN.scenario
def test_a_month_takes_the_latest_rate_within_five_days_before_its_first(story):
    """GBP 100: 1.30 in January, 1.25 in February (a row of 27 Jan), 1.35 in March.

    The row of 15 Feb is for no month; from April on there is no rate and no MRR.
    """
    subscription = monthly(story, 100_00, currency="gbp")
    subscription.bill(until="2026-03-20")
    subscription.end("2026-03-20")
    result = yield
    assert result.movements() == [
        "2026-01-01 new 130.00",
        "2026-02-01 fx -5.00",
        "2026-03-01 fx 10.00",
        "2026-03-20 churn -135.00",
    ]


@MAIN.scenario
def test_currencies_are_compared_without_case(story):
    """The price says CHF, the table of rates ChF."""
    monthly(story, 10_00, currency="CHF").bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 11.50"]


@MAIN.scenario
def test_an_item_period_carries_the_value_of_its_months(story):
    """The same item is worth 110 in January and 120 from February on."""
    monthly(story, 100_00, currency="eur", start="2026-01-10").bill()
    result = yield
    periods = result.periods()
    assert {row["mrr_native"] for row in periods} == {100}
    assert [periods[0]["mrr"], periods[-1]["mrr"]] == [110, 120]


@MAIN.scenario
def test_all_items_of_a_subscription_change_hands_together(story):
    giver, taker = two_customers(story)
    addon = story.price(5_00, product=story.product())
    handed_over(monthly(story, customer=giver, addons=((addon, 1),)), "2026-04-10", taker)
    result = yield
    assert result.movements(giver.id) == ["2026-01-01 new 15.00", "2026-04-10 transfer_out -15.00"]
    assert result.movements(taker.id) == ["2026-04-10 transfer_in 15.00"]


@MAIN.scenario
def test_a_subscription_that_comes_back_is_a_second_transfer(story):
    """Neither side has churn or reactivation."""
    giver, taker = two_customers(story)
    subscription = monthly(story, customer=giver)
    subscription.bill(until="2026-04-10")
    subscription.version("2026-04-10", customer_id=taker.id)
    handed_over(subscription, "2026-06-10", giver)
    result = yield
    assert result.movements(giver.id) == [
        "2026-01-01 new 10.00",
        "2026-04-10 transfer_out -10.00",
        "2026-06-10 transfer_in 10.00",
    ]
    assert result.movements(taker.id) == [
        "2026-04-10 transfer_in 10.00",
        "2026-06-10 transfer_out -10.00",
    ]


@MAIN.scenario
def test_a_change_of_hands_that_is_undone_on_the_same_day_is_nothing(story):
    giver, taker = two_customers(story)
    subscription = monthly(story, customer=giver)
    subscription.bill(until="2026-04-10")
    subscription.version("2026-04-10 09:00:00", customer_id=taker.id)
    subscription.version("2026-04-10 15:00:00", customer_id=giver.id)
    subscription.bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_two_accounts_that_swap_subscriptions_have_a_row_for_each_direction(story):
    one, other = two_customers(story)
    handed_over(monthly(story, customer=one), "2026-04-10", other)
    handed_over(monthly(story, 4_00, customer=other), "2026-04-10", one)
    result = yield
    assert result.movements(one.id) == [
        "2026-01-01 new 10.00",
        "2026-04-10 transfer_in 4.00",
        "2026-04-10 transfer_out -10.00",
    ]


@MAIN.scenario
def test_a_trial_that_changes_hands_is_new_for_the_taker(story):
    """Nothing was paid when it went over."""
    giver, taker = two_customers(story)
    trial = {"status": "trialing", "trial_start": "2026-03-01", "trial_end": "2026-03-15"}
    subscription = monthly(story, start="2026-03-01", customer=giver, **trial)
    subscription.bill_trial("2026-03-15")
    subscription.version("2026-03-08", customer_id=taker.id)
    subscription.version("2026-03-15", status="active")
    subscription.bill()
    result = yield
    assert result.movements(giver.id) == []
    assert result.movements(taker.id) == ["2026-03-15 new 10.00"]


@MAIN.scenario
def test_fx_in_one_currency_leaves_the_other_alone(story):
    """An account with EUR 100 and USD 100."""
    monthly(story, 100_00, currency="eur").bill()
    monthly(story, 100_00).bill()
    result = yield
    assert result.movements() == ["2026-01-01 new 210.00", "2026-02-01 fx 10.00"]


@MAIN.scenario
def test_fx_of_the_flat_table(story):
    story.flat("2026-01-10", amount="100", currency="EUR")
    result = yield
    assert result.movements() == ["2026-01-10 new 110.00", "2026-02-01 fx 10.00"]
