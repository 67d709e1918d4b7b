"""Who owns an account equals the simulator's truth, today and in every month."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.clock import day_number
from truth.conftest import Played, success_truth


def test_every_month_counts_under_its_true_owner(seeded: Played) -> None:
    """Under the owner at the opening; without MRR there, at the end."""
    company = seeded.company
    truth = success_truth(company)
    known = truth.known
    accounts = {
        each.key: each
        for each in company.book.accounts
        if each.in_crm and each.survivor(known) is each
    }
    rows = seeded.rows(
        """
        select account_id, month, opening_mrr > 0, csm
        from marts.fct_account_months where opening_mrr > 0 or closing_mrr > 0
        """
    )
    wrong, compared, owners = [], 0, {}
    for account_id, month, has_opening, csm in rows:
        if account_id not in accounts:
            assert csm == "none"
            continue
        following = (month + timedelta(days=31)).replace(day=1)
        day = month - timedelta(days=1) if has_opening else following - timedelta(days=1)
        expected = truth.owner(accounts[account_id], min(day_number(day), truth.as_of)) or "none"
        owners.setdefault(account_id, set()).add(expected)
        compared += 1
        if csm != expected:
            wrong.append((account_id, month, csm, expected))
    assert wrong == [], wrong[:5]
    assert compared > 20_000
    # Hand-overs, leavers and days without an owner happened.
    assert sum(len(each) > 1 for each in owners.values()) > 100
    assert sum("none" in each for each in owners.values()) > 5


def test_the_owner_of_today_is_the_true_one(seeded: Played) -> None:
    company = seeded.company
    truth = success_truth(company)
    found = dict(seeded.rows("select account_id, csm_id from marts.dim_accounts where is_in_crm"))
    expected = {
        each.key: truth.owner(each, truth.as_of)
        for each in company.book.accounts
        if each.key in found
    }
    assert {key: found[key] for key in expected} == expected
    assert len(expected) > 1_500


def test_a_csm_holds_the_accounts_and_the_mrr_of_their_shares(seeded: Played) -> None:
    company = seeded.company
    truth = success_truth(company)
    mrr = dict(seeded.rows("select account_id, cast(mrr as double) from marts.dim_accounts"))
    held: dict[str, float] = {}
    for account in company.book.accounts:
        if not account.in_crm or account.key not in mrr:
            continue
        own = company.success.staff.ownerships[account.number]
        shared = own.co_share if own.co_owner is not None and own.co_since <= truth.known else 0
        owner = truth.owner(account, truth.as_of)
        if owner is not None:
            held[owner] = held.get(owner, 0) + mrr[account.key] * (1 - shared)
        if shared:
            helper = company.success.staff.employees[own.co_owner].employee_id
            held[helper] = held.get(helper, 0) + mrr[account.key] * shared
    found = dict(
        seeded.rows(
            "select csm_id, cast(owned_mrr as double) from marts.dim_csms where owned_mrr > 0"
        )
    )
    # Half a cent may go either way.
    assert found == pytest.approx({key: mrr for key, mrr in held.items() if mrr}, abs=0.0051)
    assert len(held) > 5
