"""A bonus plan: the curve from net churn to a factor, its gate and its cap. Exact fractions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

METHODS = ("event_date_owner", "opening_owner", "closing_owner", "time_weighted")


@dataclass(frozen=True)
class Segment:
    """Part `(start, end]` of a curve; None is without bound."""

    start: Fraction | None
    end: Fraction | None
    base: Fraction
    slope: Fraction

    def factor(self, rate: Fraction) -> Fraction | None:
        """Return the factor of a rate, None where it lies in another segment."""
        if self.start is not None and rate <= self.start:
            return None
        if self.end is None:
            return self.base
        return None if rate > self.end else self.base + self.slope * (self.end - rate)


@dataclass(frozen=True)
class Plan:
    """What a plan version says; rates and factors as fractions of one."""

    curve: tuple[Segment, ...]
    method: str = "event_date_owner"
    grace_days: int = 30
    minimum_accounts: int = 15
    counts_reactivation: bool = False
    gate: Fraction = Fraction(9, 10)
    gated_factor: Fraction = Fraction(1, 2)
    cap: Fraction = Fraction(3)

    def factor(self, rate: Fraction | None, retention: Fraction | None) -> Fraction:
        """Return the factor of a net churn rate and gross retention; 0 without a book."""
        if rate is None or retention is None:
            return Fraction(0)
        found = [each.factor(rate) for each in self.curve]
        (factor,) = [each for each in found if each is not None]
        factor = min(factor, self.cap)
        return min(factor, self.gated_factor) if retention < self.gate else factor

    def by(self, method: str) -> Plan:
        """Return this plan with another attribution method."""
        return replace(self, method=method)


def _percent(number: str) -> Fraction:
    return Fraction(number) / 100


#: compensation.md: "Reference plan". A slope of 36 is 36 points for each point of churn.
REFERENCE = Plan(
    (
        Segment(None, _percent("-5"), _percent("235"), Fraction(72)),
        Segment(_percent("-5"), _percent("-2.5"), _percent("100"), Fraction(54)),
        Segment(_percent("-2.5"), Fraction(0), _percent("10"), Fraction(36)),
        Segment(Fraction(0), _percent("1"), _percent("5"), Fraction(0)),
        Segment(_percent("1"), None, Fraction(0), Fraction(0)),
    )
)


def rounded(amount: Fraction) -> Decimal:
    """Return an amount in whole cents, half away from zero."""
    cents = abs(amount) * 100
    whole = cents.numerator // cents.denominator
    if cents - whole >= Fraction(1, 2):
        whole += 1
    return (Decimal(-whole if amount < 0 else whole) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
