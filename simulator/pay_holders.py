"""Who is credited with an account on a day: owner, shares, employment, ramp (compensation.md)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

SHADOW_DAYS, CO_OWN_DAYS, RAMP_DAYS = 30, 60, 90


class Person(NamedTuple):
    """Somebody on the roster, employed over `[hired, left)`."""

    role: str
    manager: str | None
    hired: int
    left: int | None


class Part(NamedTuple):
    """A person's share of an account over `[since, until)`; None is without bound."""

    employee: str
    weight: Fraction
    since: int | None
    until: int | None

    def holds(self, day: int) -> bool:
        """Whether the share holds on a day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )


class Credit(NamedTuple):
    """Share credited to somebody, to the pool of a manager, or to nobody (None)."""

    employee: str | None
    share: Fraction
    is_pool: bool = False


@dataclass(eq=False)
class Holders:
    """Ownership of all accounts; `owners` as (day, employee or None) in order of time.

    `ramps` holds (employee, since, until, first day of the ramp) of assignments with one.
    """

    people: dict[str, Person]
    owners: dict[str, list[tuple[int, str | None]]]
    splits: dict[str, list[Part]] = field(default_factory=dict)
    shared: dict[str, list[Part]] = field(default_factory=dict)
    ramps: list[tuple[str, int, int | None, int]] = field(default_factory=list)

    def owner(self, account: str, day: int) -> str | None:
        """Return who is named as the owner; the first one reaches back without limit."""
        found = self.owners.get(account)
        if not found:
            return None
        name = found[max(bisect_right(found, day, key=lambda each: each[0]) - 1, 0)][1]
        return name if name in self.people else None

    def is_employed(self, employee: str, day: int) -> bool:
        """Whether somebody is employed on a day."""
        who = self.people[employee]
        return who.hired <= day and (who.left is None or day < who.left)

    def ramp_day(self, employee: str, day: int) -> int | None:
        """Return the day of the ramp, counted from 1; None outside of one."""
        for who, since, until, first in self.ramps:
            if who == employee and since <= day and (until is None or day < until) and first <= day:
                return day - first + 1
        return None

    def manager(self, employee: str) -> str | None:
        """Return the nearest person above who is a manager."""
        above = self.people[employee].manager
        while above is not None and self.people[above].role != "manager":
            above = self.people[above].manager
        return above

    def below(self, manager: str) -> set[str]:
        """Return all employees below somebody, at any depth."""
        found: set[str] = set()
        wanted = [manager]
        while wanted:
            boss = wanted.pop()
            direct = [name for name, who in self.people.items() if who.manager == boss]
            wanted += [name for name in direct if name not in found]
            found.update(direct)
        return found

    def credits(self, account: str, day: int, grace: int = 0) -> list[Credit]:
        """Return to whom an account counts on a day; the shares add up to one."""
        owner_day = day - grace
        owner = self.owner(account, owner_day)
        if owner is None:
            owner_day, owner = day, self.owner(account, day)
        parts = [each for each in self.shared.get(account, []) if each.holds(day)]
        own_rows = {each.employee: each.weight for each in parts}
        parts = parts or [each for each in self.splits.get(account, []) if each.holds(day)]
        helpers: dict[str | None, Fraction] = defaultdict(Fraction)
        for part in parts:
            helpers[part.employee if part.employee in self.people else None] += part.weight
        held: dict[str | None, Fraction] = defaultdict(Fraction, helpers)
        held[owner] += 1 - sum(helpers.values())
        result: dict[tuple[str | None, bool], Fraction] = defaultdict(Fraction)
        for employee, share in held.items():
            if employee is None or not self.is_employed(employee, day):
                result[None, False] += share
                continue
            kept = self._kept(employee, share, own_rows.get(employee), day)
            result[employee, False] += kept
            if kept != share:
                heir = self._heir(account, employee, helpers, day, owner_day)
                result[heir] += share - kept
        return [Credit(name, share, pool) for (name, pool), share in result.items() if share]

    def _kept(self, employee: str, share: Fraction, own: Fraction | None, day: int) -> Fraction:
        number = self.ramp_day(employee, day)
        if number is None or number > CO_OWN_DAYS:
            return share
        if number <= SHADOW_DAYS:
            return Fraction(0)
        return share / 2 if own is None else min(share, own)

    def _heir(
        self,
        account: str,
        employee: str,
        helpers: dict[str | None, Fraction],
        day: int,
        owner_day: int,
    ) -> tuple[str | None, bool]:
        """Return who takes what a ramping person does not keep, and whether it is a pool."""
        for since, name in reversed(self.owners.get(account, [])):
            # The first entry reaches back without limit.
            is_first = since == self.owners[account][0][0]
            if (since <= owner_day or is_first) and name in self.people and name != employee:
                if self.is_employed(name, day):
                    return name, False
                break
        others = [
            (-share, name)
            for name, share in helpers.items()
            if name not in (None, employee) and self.is_employed(name, day)
        ]
        if others:
            return min(others)[1], False
        manager = self.manager(employee)
        return (None, False) if manager is None else (manager, True)

    def credits_over(self, account: str, first: int, after: int) -> list[Credit]:
        """Return the mean of the credits over the days `[first, after)`."""
        turns = {first, *(day for day, _ in self.owners.get(account, []))}
        for part in [*self.shared.get(account, []), *self.splits.get(account, [])]:
            turns.update(day for day in (part.since, part.until) if day is not None)
        turns |= self._common_turns
        days = sorted(day for day in turns if first <= day < after)
        total: dict[tuple[str | None, bool], Fraction] = defaultdict(Fraction)
        for day, following in zip(days, [*days[1:], after], strict=True):
            for credit in self.credits(account, day):
                key = (credit.employee, credit.is_pool)
                total[key] += credit.share * (following - day) / (after - first)
        return [Credit(name, share, pool) for (name, pool), share in total.items() if share]

    @cached_property
    def _common_turns(self) -> set[int]:
        """Days on which anybody's employment or ramp changes."""
        days = {who.hired for who in self.people.values()}
        days |= {who.left for who in self.people.values() if who.left is not None}
        for _, since, until, first in self.ramps:
            days |= {since, first, first + SHADOW_DAYS, first + CO_OWN_DAYS}
            days |= {until} if until is not None else set()
        return days
