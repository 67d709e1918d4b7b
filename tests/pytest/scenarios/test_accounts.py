"""Section 3: which account a billing customer belongs to."""

from __future__ import annotations

from scenarios.groups import INTERNAL_ACCOUNT, MAIN


def paying(story, customer, unit_amount=10_00, start="2026-01-01"):
    """The customer pays by the month."""
    subscription = story.subscribe(story.price(unit_amount), start=start, customer=customer)
    subscription.bill()
    return subscription


def link(result, customer):
    """The account of a billing customer in the bridge."""
    (row,) = result.marts.rows(
        "select account_id from marts.bridge_account_billing_customers"
        " where billing_customer_id = ?",
        customer.id,
    )
    return row["account_id"]


@MAIN.scenario
def test_without_a_crm_account_the_billing_customer_is_the_account(story):
    customer = story.only_customer
    paying(story, customer)
    result = yield
    assert result.movements(customer.id) == ["2026-01-01 new 10.00"]
    assert result.account()["account_name"] == customer.id
    assert link(result, customer) == customer.id


@MAIN.scenario
def test_metadata_as_json_names_the_crm_account(story):
    account = story.crm_account(name="Acme")
    customer = story.linked_customer(account)
    paying(story, customer)
    result = yield
    assert result.movements(account.id) == ["2026-01-01 new 10.00"]
    assert result.movements(customer.id) == []
    assert result.account(account.id)["account_name"] == "Acme"
    assert link(result, customer) == account.id


@MAIN.scenario
def test_metadata_in_a_column_of_its_own_names_the_crm_account(story):
    account = story.crm_account()
    spread = {"metadata_salesforce_account_id": account.id}
    customer = story.customer(metadata=None, **spread)
    paying(story, customer)
    result = yield
    assert result.movements(account.id) == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_a_crm_id_of_15_characters_is_the_one_of_18(story):
    account = story.crm_account()
    customer = story.customer(metadata={"salesforce_account_id": account.id[:15]})
    paying(story, customer)
    result = yield
    assert result.movements(account.id) == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_an_id_that_the_crm_does_not_know_leaves_the_customer_unmatched(story):
    customer = story.customer(metadata={"salesforce_account_id": "001000000000001AAA"})
    paying(story, customer)
    result = yield
    assert result.movements(customer.id) == ["2026-01-01 new 10.00"]
    assert link(result, customer) == customer.id


@MAIN.scenario
def test_several_billing_customers_make_one_account(story):
    """Two customers, one subscription each: the end of one is no churn."""
    account = story.crm_account()
    first, second = story.linked_customer(account), story.linked_customer(account)
    paying(story, first)
    other = story.subscribe(story.price(5_00), start="2026-02-10", customer=second)
    other.bill(until="2026-06-10")
    other.end("2026-06-10")
    result = yield
    assert result.movements(account.id) == [
        "2026-01-01 new 10.00",
        "2026-02-10 expansion 5.00",
        "2026-06-10 contraction -5.00",
    ]


@MAIN.scenario
def test_a_merged_account_is_an_alias_of_the_survivor_for_all_history(story):
    """Merged in November: what was paid before belongs to the survivor as well."""
    survivor = story.crm_account()
    merged = story.crm_account()
    merged.update("2026-11-10", is_deleted=True, master_record_id=survivor.id)
    paying(story, story.linked_customer(survivor))
    customer = story.linked_customer(merged)
    paying(story, customer, 5_00, start="2026-02-10")
    result = yield
    assert result.movements(survivor.id) == ["2026-01-01 new 10.00", "2026-02-10 expansion 5.00"]
    assert result.movements(merged.id) == []
    assert link(result, customer) == survivor.id


@MAIN.scenario
def test_a_chain_of_mergers_is_followed_to_its_end(story):
    """A into B, B into C; the customer still names A."""
    last = story.crm_account()
    middle = story.crm_account()
    first = story.crm_account()
    middle.update("2026-11-10", is_deleted=True, master_record_id=last.id)
    first.update("2026-06-10", is_deleted=True, master_record_id=middle.id)
    paying(story, story.linked_customer(first))
    result = yield
    assert result.movements(last.id) == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_a_change_of_customer_to_a_merged_account_is_no_transfer(story):
    """The subscription moves to a customer of an account that was merged into its own."""
    survivor, merged = story.crm_account(), story.crm_account()
    merged.update("2026-11-10", is_deleted=True, master_record_id=survivor.id)
    subscription = story.subscribe(
        story.price(10_00), start="2026-01-01", customer=story.linked_customer(survivor)
    )
    subscription.bill(until="2026-04-10")
    subscription.version("2026-04-10", customer_id=story.linked_customer(merged).id)
    subscription.bill()
    result = yield
    assert result.movements(survivor.id) == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_the_ultimate_parent_is_the_top_of_the_chain(story):
    top = story.crm_account()
    middle = story.crm_account(parent_id=top.id)
    account = story.crm_account(parent_id=middle.id)
    paying(story, story.linked_customer(account))
    result = yield
    assert result.account(account.id)["ultimate_parent_id"] == top.id


@MAIN.scenario
def test_a_merged_parent_counts_as_its_survivor(story):
    survivor, merged = story.crm_account(), story.crm_account()
    merged.update("2026-11-10", is_deleted=True, master_record_id=survivor.id)
    account = story.crm_account(parent_id=merged.id)
    paying(story, story.linked_customer(account))
    result = yield
    assert result.account(account.id)["ultimate_parent_id"] == survivor.id


@MAIN.scenario
def test_metadata_that_are_no_json_leave_the_customer_unmatched(story):
    customer = story.only_customer
    customer.row["metadata"] = "{broken"
    paying(story, customer)
    result = yield
    assert result.movements(customer.id) == ["2026-01-01 new 10.00"]


@MAIN.scenario
def test_a_flat_subscription_of_a_stripe_customer_is_of_the_same_account(story):
    """Both sources are one union."""
    account = story.crm_account()
    customer = story.linked_customer(account)
    paying(story, customer)
    story.flat("2026-03-10", amount="5", customer_id=customer.id)
    result = yield
    assert result.movements(account.id) == ["2026-01-01 new 10.00", "2026-03-10 expansion 5.00"]


@MAIN.scenario
def test_a_crm_account_listed_as_internal_has_no_mrr(story):
    """The list names the CRM's id, not that of the billing customer."""
    account = story.crm_account()
    assert account.id == INTERNAL_ACCOUNT
    paying(story, story.linked_customer(account))
    result = yield
    assert result.movements() == []
    assert result.account(account.id)["is_internal"] is True


@MAIN.scenario
def test_a_merger_may_name_its_survivor_by_15_characters(story):
    survivor, merged = story.crm_account(), story.crm_account()
    merged.update("2026-11-10", is_deleted=True, master_record_id=survivor.id[:15])
    paying(story, story.linked_customer(merged))
    result = yield
    assert result.movements(survivor.id) == ["2026-01-01 new 10.00"]
