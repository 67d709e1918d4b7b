"""What each rule is worth equals the simulator's truth under one policy after the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import duckdb

from scenarios import forked
from scenarios.harness import environment_of
from simulator.company import Company
from simulator.knowledge import Policy
from truth.conftest import Played

# The rules that the simulator knows too, in the order in which they are flipped.
RULES = {
    "mrr_paused_collection": "zero",
    "mrr_past_due_grace_days": 5,
    "mrr_churn_recognition": "cancel_request",
}
CHAIN = [
    Policy(),
    Policy(paused_collection="zero"),
    Policy(paused_collection="zero", past_due_grace_days=5),
    Policy("cancel_request", past_due_grace_days=5, paused_collection="zero"),
]
METRICS = [
    *("opening_mrr", "new_mrr", "expansion_mrr", "contraction_mrr", "churn_mrr"),
    *("reactivation_mrr", "fx_mrr", "closing_mrr"),
]


def test_two_thousand_accounts_under_three_rules(played: Callable[[int], Played]) -> None:
    company, home = played(101)
    words = ["compare-definitions", "default", json.dumps(RULES)]
    done = forked.run(words, environment_of(home))
    assert done.returncode == 0, done.stderr
    (file,) = (home / "comparisons").glob("*.parquet")
    rows = duckdb.sql(
        f"select month, metric, rule, difference from '{file}' where metric <> 'transfer_mrr'"
    ).fetchall()
    found = {tuple(key): difference for *key, difference in rows}
    truths = [true_months(company, policy) for policy in CHAIN]
    expected = {
        (month, metric, rule): after.get((month, metric), 0) - before.get((month, metric), 0)
        for month in {month for month, _, _ in found}
        for metric in METRICS
        for rule, before, after in zip(RULES, truths, truths[1:], strict=False)
    }
    assert {rule for (_, _, rule), amount in expected.items() if amount} == set(RULES)
    assert found == expected


def true_months(company: Company, policy: Policy) -> dict[tuple[date, str], Decimal]:
    """Month and metric -> amount, as the simulator knows it under a policy."""
    frame = company.truth_months([company.end], policy=policy)
    return {
        (month, metric): amount
        for month, *amounts in frame[["month", *METRICS]].itertuples(index=False, name=None)
        for metric, amount in zip(METRICS, amounts, strict=True)
    }
