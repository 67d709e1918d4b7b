"""What each rule is worth: differences between neighbouring builds, which add up to the whole.

The rules are flipped one at a time, so the figures form a chain A -> ... -> B. A rule's part is the
step across its flip. Rules act on each other, so a part depends on the order, and the order is
fixed; the sum of the parts does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

METRICS = (
    "opening_mrr",
    "new_mrr",
    "expansion_mrr",
    "contraction_mrr",
    "churn_mrr",
    "reactivation_mrr",
    "fx_mrr",
    "transfer_mrr",
    "closing_mrr",
)

# (month, metric) -> reporting currency.
Figures = Mapping[tuple[date, str], Decimal]
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Flip:
    """A step of the chain: one rule goes from A's value to B's.

    Attributes:
        rule: the dbt var.
        before: its value under A.
        after: its value under B.
    """

    rule: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Part:
    """A rule's part in one figure of one month, in the reporting currency.

    Attributes:
        mrr_a: the whole figure under A.
        mrr_b: the whole figure under B.
        difference: what this rule adds to the figure on the way from A to B.
    """

    month: date
    metric: str
    rule: str
    mrr_a: Decimal
    mrr_b: Decimal
    difference: Decimal


def flips(rules: Sequence[str], a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Flip]:
    """The rules on which two sides differ, in the order of the rules.

    Args:
        rules: names in the order in which they are flipped.
        a: value of every rule under A.
        b: value of every rule under B.
    """
    return [
        Flip(rule, a[rule], b[rule])
        for rule in rules
        if _comparable(a[rule]) != _comparable(b[rule])
    ]


def attribute(steps: Sequence[Flip], chain: Sequence[Figures]) -> list[Part]:
    """Every difference between A and B by the rule that makes it.

    Args:
        steps: the flips.
        chain: figures before the first flip and after each one; a figure that is absent is 0.

    Returns:
        one part per month, metric and rule, by month and in the order of metrics and rules; for
        every month and metric of any build, also where nothing differs.

    Raises:
        AssertionError: the parts of a figure do not add up to its difference.
    """
    if len(chain) != len(steps) + 1:
        raise ValueError(f"{len(steps)} flips need {len(steps) + 1} builds, not {len(chain)}")
    first, last = chain[0], chain[-1]
    parts = [
        Part(
            month,
            metric,
            step.rule,
            first.get((month, metric), ZERO),
            last.get((month, metric), ZERO),
            after.get((month, metric), ZERO) - before.get((month, metric), ZERO),
        )
        for month in sorted({month for figures in chain for month, _ in figures})
        for metric in METRICS
        for step, before, after in zip(steps, chain, chain[1:], strict=False)
    ]
    _assert_they_add_up(parts, first, last)
    return parts


def by_rule(parts: Sequence[Part], metric: str) -> dict[str, Decimal]:
    """The parts of each rule in one metric, summed over the months."""
    totals: dict[str, Decimal] = {}
    for part in parts:
        if part.metric == metric:
            totals[part.rule] = totals.get(part.rule, ZERO) + part.difference
    return totals


def _assert_they_add_up(parts: Sequence[Part], first: Figures, last: Figures) -> None:
    left = {key: last.get(key, ZERO) - first.get(key, ZERO) for key in {**first, **last}}
    for part in parts:
        key = (part.month, part.metric)
        left[key] = left.get(key, ZERO) - part.difference
    gaps = {key: gap for key, gap in left.items() if gap}
    if parts and gaps:
        raise AssertionError(f"the parts do not add up to the difference: {gaps}")


def _comparable(value: Any) -> Any:
    # The order in which a list was written is no difference.
    return sorted(value) if isinstance(value, list) else value
