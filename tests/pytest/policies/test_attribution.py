"""What a rule is worth: a chain of builds, one step per rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from orchestration.policies import attribution
from orchestration.policies.attribution import METRICS, Flip, attribute, by_rule, flips

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
RULES = ["metered", "discounts", "grace"]
STEPS = [Flip("metered", False, True), Flip("grace", None, 10)]


def figures(**amounts: str) -> dict[tuple[date, str], Decimal]:
    """`may_closing="10.00"` -> {(MAY, "closing_mrr"): 10.00}."""
    months = {"may": MAY, "june": JUNE}
    return {
        (months[name.split("_")[0]], f"{name.split('_')[1]}_mrr"): Decimal(amount)
        for name, amount in amounts.items()
    }


def test_rules_that_agree_are_not_flipped():
    a = {"metered": False, "discounts": ["forever", "once"], "grace": None}
    b = {"metered": True, "discounts": ["once", "forever"], "grace": 10}
    assert flips(RULES, a, b) == STEPS


def test_false_and_none_and_zero_are_not_the_same():
    a = {"metered": False, "discounts": [], "grace": None}
    assert flips(RULES, a, {**a, "grace": 0}) == [Flip("grace", None, 0)]


def test_a_rule_is_worth_the_step_across_its_flip():
    """Closing MRR of May: 100.00, metered +50.00 = 150.00, ten days of grace -30.01 = 119.99."""
    chain = [figures(may_closing=amount) for amount in ("100.00", "150.00", "119.99")]
    parts = [part for part in attribute(STEPS, chain) if part.metric == "closing_mrr"]
    assert [(part.rule, part.difference) for part in parts] == [
        ("metered", Decimal("50.00")),
        ("grace", Decimal("-30.01")),
    ]
    assert {(part.mrr_a, part.mrr_b) for part in parts} == {(Decimal("100.00"), Decimal("119.99"))}


def test_a_month_that_only_one_build_has_counts_as_nothing_in_the_others():
    """June appears with metered prices and goes again with the grace: +5.00 and -5.00."""
    chain = [figures(), figures(june_new="5.00"), figures()]
    parts = [part for part in attribute(STEPS, chain) if part.metric == "new_mrr"]
    assert [part.difference for part in parts] == [Decimal("5.00"), Decimal("-5.00")]
    assert {part.month for part in parts} == {JUNE}


def test_every_month_has_every_metric_and_rule():
    chain = [figures(may_closing="1.00", june_closing="1.00")] * 3
    parts = attribute(STEPS, chain)
    assert len(parts) == 2 * len(METRICS) * len(STEPS)
    assert not any(part.difference for part in parts)


def test_parts_add_up_over_the_months_by_rule():
    chain = [
        figures(may_new="10.00", june_new="20.00"),
        figures(may_new="11.00", june_new="18.50"),
        figures(may_new="11.00", june_new="18.75"),
    ]
    assert by_rule(attribute(STEPS, chain), "new_mrr") == {
        "metered": Decimal("-0.50"),
        "grace": Decimal("0.25"),
    }


def test_parts_that_do_not_add_up_are_refused(monkeypatch):
    monkeypatch.setattr(attribution, "METRICS", ("new_mrr",))
    with pytest.raises(AssertionError, match="do not add up"):
        attribute(STEPS[:1], [figures(may_new="1.00"), figures(may_new="1.00", may_closing="2.00")])


def test_a_chain_that_lacks_a_build_is_refused():
    with pytest.raises(ValueError, match="2 flips need 3 builds, not 2"):
        attribute(STEPS, [figures(), figures()])
