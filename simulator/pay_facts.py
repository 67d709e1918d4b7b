"""What compensation is worked out from and comes to: movements, lines, books, statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from simulator.pay import Assignment
from simulator.pay_holders import Holders
from simulator.pay_plan import Plan


class Move(NamedTuple):
    """A movement of an account's MRR, in cents."""

    account: str
    day: int
    kind: str
    cents: int


class Line(NamedTuple):
    """A movement's share of one CSM, one pool, or of nobody."""

    csm: str | None
    quarter: str
    move: Move
    kind: str
    share: Fraction

    @property
    def credited(self) -> Fraction:
        """MRR credited, in units of the currency."""
        return self.share * Fraction(self.move.cents, 100)


class Book(NamedTuple):
    """A share of an account's opening MRR (in cents)."""

    csm: str | None
    quarter: str
    account: str
    kind: str
    cents: int
    share: Fraction

    @property
    def credited(self) -> Fraction:
        """Opening MRR credited, in units of the currency."""
        return self.share * Fraction(self.cents, 100)


class Statement(NamedTuple):
    """What an employee earns in a quarter; rates and factors are exact."""

    csm: str
    quarter: str
    plan: str
    opening_book: Fraction
    rate: Fraction | None
    retention: Fraction | None
    factor: Fraction
    target: Fraction
    proration: Fraction
    guarantee: Decimal
    earned: Decimal
    earned_without_exclusions: Decimal
    payable: Decimal
    currency: str


@dataclass(eq=False)
class Facts:
    """All that compensation is worked out from; days are day numbers, amounts cents."""

    holders: Holders
    plans: dict[str, Plan]
    assignments: list[Assignment]
    moves: list[Move]
    balances: Iterable[tuple[str, int, int]]
    exclusions: set[tuple[str, str]] = field(default_factory=set)
    as_of: int = 0
