"""The true lines, books and statements of every CSM and quarter, from movements and ownership.

Written from compensation.md alone, in exact fractions, without any SQL. Nothing is locked: every
statement is provisional and has no adjustments.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from simulator.pay import Assignment, quarter_days, quarter_of
from simulator.pay_facts import Book, Facts, Line, Statement
from simulator.pay_holders import RAMP_DAYS, Credit
from simulator.pay_plan import Plan, rounded

PAID_KINDS = ("churn", "contraction", "expansion", "reactivation")


class Compensation:
    """Lines, books and statements of all quarters; `exclusions` off shows what would have been."""

    def __init__(self, facts: Facts, *, exclusions: bool = True) -> None:
        self.facts = facts
        self._excluded = facts.exclusions if exclusions else set()
        self._with = exclusions
        self._balances: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for account, day, cents in facts.balances:
            self._balances[account].append((day, cents))
        self.lines: list[Line] = []
        self.books: list[Book] = []
        self._own_books: dict[tuple[str, str], list[Book]] = {}
        self._own_lines: dict[tuple[str, str], list[Line]] = {}
        self._below: set[tuple[str, str]] = set()
        for quarter in self.quarters:
            self._attribute(quarter)

    @cached_property
    def quarters(self) -> list[str]:
        """Quarters with a day of an assignment, up to the as-of day."""
        found = set()
        for each in self.facts.assignments:
            day = each.since
            stop = self.facts.as_of + 1 if each.until is None else each.until
            while day < stop and day <= self.facts.as_of:
                found.add(quarter_of(day))
                day = quarter_days(quarter_of(day))[1]
        return sorted(found)

    def plan_of(self, quarter: str) -> Plan:
        """Return a plan in force in a quarter: all of one quarter share method and grace."""
        first, after = quarter_days(quarter)
        names = [
            each.plan
            for each in self.facts.assignments
            if each.since < after and (each.until is None or each.until > first)
        ]
        return self.facts.plans[names[0]]

    def _opening(self, account: str, first: int) -> int:
        changes = self._balances[account]
        index = bisect_right(changes, (first - 1, 10**18))
        return changes[index - 1][1] if index else 0

    def _attribute(self, quarter: str) -> None:
        first, after = quarter_days(quarter)
        so_far = min(after, self.facts.as_of + 1)
        plan, holders = self.plan_of(quarter), self.facts.holders
        known: dict[str, list[Credit]] = {}

        def of_book(account: str) -> list[Credit]:
            if account not in known:
                if plan.method == "time_weighted":
                    known[account] = holders.credits_over(account, first, so_far)
                else:
                    day = so_far - 1 if plan.method == "closing_owner" else first
                    known[account] = holders.credits(account, day)
            return known[account]

        books, lines = [], []
        openings = {account: self._opening(account, first) for account in list(self._balances)}
        for account, cents in sorted(openings.items()):
            if cents > 0:
                for credit in of_book(account):
                    kind = self._kind(account, quarter, credit)
                    books.append(Book(credit.employee, quarter, account, kind, cents, credit.share))
        for move in self.facts.moves:
            if not (first <= move.day < so_far) or move.kind not in PAID_KINDS:
                continue
            credits = (
                holders.credits(move.account, move.day, plan.grace_days)
                if plan.method == "event_date_owner"
                else of_book(move.account)
            )
            for credit in credits:
                kind = self._kind(move.account, quarter, credit)
                if kind != "excluded" and openings.get(move.account, 0) <= 0:
                    kind = "outside_book"
                elif kind in ("counted", "manager_pool") and move.kind == "reactivation":
                    kind = kind if plan.counts_reactivation else "not_counted"
                lines.append(Line(credit.employee, quarter, move, kind, credit.share))
        self._pool(quarter, plan, books, lines)

    def _kind(self, account: str, quarter: str, credit: Credit) -> str:
        if (account, quarter) in self._excluded:
            return "excluded"
        if credit.employee is None:
            return "unowned"
        return "manager_pool" if credit.is_pool else "counted"

    def _pool(self, quarter: str, plan: Plan, books: list[Book], lines: list[Line]) -> None:
        """Hand the books of those below the minimum to the pools of their managers."""
        holders = self.facts.holders
        heirs: dict[str, str] = {}
        for csm, _ in self.assigned(quarter):
            own = [each for each in books if each.csm == csm and each.kind == "counted"]
            self._own_books[csm, quarter] = own
            self._own_lines[csm, quarter] = [
                each for each in lines if each.csm == csm and each.kind == "counted"
            ]
            is_small = len({each.account for each in own}) < plan.minimum_accounts
            if holders.people[csm].role == "manager" or not (is_small or not own):
                continue
            self._below.add((csm, quarter))
            manager = holders.manager(csm)
            if manager is not None:
                heirs[csm] = manager

        def handed(each: Line | Book) -> Line | Book:
            if each.kind == "counted" and each.csm in heirs:
                return each._replace(csm=heirs[each.csm], kind="manager_pool")
            return each

        self.books += [handed(each) for each in books]
        self.lines += [handed(each) for each in lines]

    def assigned(self, quarter: str) -> list[tuple[str, list[Assignment]]]:
        """Return employees with a plan on a day of a quarter, with their assignments in order."""
        first, after = quarter_days(quarter)
        found: dict[str, list[Assignment]] = defaultdict(list)
        for each in sorted(self.facts.assignments, key=lambda one: one.since):
            if each.since < after and (each.until is None or each.until > first):
                found[each.employee].append(each)
        return sorted(found.items())

    @cached_property
    def _by_quarter(self) -> dict[str, tuple[list[Book], list[Line]]]:
        found: dict[str, tuple[list[Book], list[Line]]] = {name: ([], []) for name in self.quarters}
        for book in self.books:
            found[book.quarter][0].append(book)
        for line in self.lines:
            found[line.quarter][1].append(line)
        return found

    def measured(self, csm: str, quarter: str) -> tuple[list[Book], list[Line]]:
        """Return what somebody is measured on; managers on everybody below and their pools."""
        if self.facts.holders.people[csm].role != "manager":
            return self._own_books[csm, quarter], self._own_lines[csm, quarter]
        team = {csm, *self.facts.holders.below(csm)}
        books, lines = self._by_quarter[quarter]
        kinds = ("counted", "manager_pool")
        return (
            [each for each in books if each.csm in team and each.kind in kinds],
            [each for each in lines if each.csm in team and each.kind in kinds],
        )

    def rates(self, csm: str, quarter: str) -> tuple[Fraction, Fraction | None, Fraction | None]:
        """Return opening book, net churn rate and gross retention."""
        books, lines = self.measured(csm, quarter)
        opening = sum((each.credited for each in books), Fraction(0))
        if not opening:
            return opening, None, None
        lost = sum(
            (e.credited for e in lines if e.move.kind in ("churn", "contraction")), Fraction(0)
        )
        net = sum((each.credited for each in lines), Fraction(0))
        return opening, -net / opening, 1 + lost / opening

    @cached_property
    def statements(self) -> list[Statement]:
        """Every statement, by quarter and employee."""
        without = (
            {(each.csm, each.quarter): each.earned for each in self._unexcluded.statements}
            if self._with and self.facts.exclusions
            else None
        )
        result = []
        for quarter in self.quarters:
            for csm, assignments in self.assigned(quarter):
                found = self._statement(csm, quarter, assignments)
                if without is not None:
                    found = found._replace(earned_without_exclusions=without[csm, quarter])
                result.append(found)
        return result

    @cached_property
    def _unexcluded(self) -> Compensation:
        return Compensation(self.facts, exclusions=False)

    def _statement(self, csm: str, quarter: str, assignments: list[Assignment]) -> Statement:
        first, after = quarter_days(quarter)
        opening, rate, retention = self.rates(csm, quarter)
        plan = self.facts.plans[assignments[-1].plan]
        factor = plan.factor(rate, retention)
        if (csm, quarter) in self._below:
            factor = Fraction(0)
        days = [
            (each.target, min(each.until or after, after) - max(each.since, first))
            for each in assignments
        ]
        target = Fraction(sum(money * count for money, count in days), sum(n for _, n in days))
        who = self.facts.holders.people[csm]
        employed = min(who.left or after, after) - max(who.hired, first)
        proration = Fraction(max(employed, 0), after - first)
        earned = rounded(target * factor * proration)
        guarantee = Decimal(_guarantee(assignments, first, after)).quantize(Decimal("0.01"))
        return Statement(
            csm, quarter, assignments[-1].plan, opening, rate, retention, factor, target,
            proration, guarantee, earned, earned, max(earned, guarantee),
            assignments[-1].currency,
        )  # fmt: skip


def _guarantee(assignments: list[Assignment], first: int, after: int) -> int:
    """Return the guarantee of the latest assignment with any of days 1 to 90 in the quarter."""
    found = 0
    for each in assignments:
        if each.ramp_since is not None:
            start = max(each.since, first, each.ramp_since)
            stop = min(each.until or after, after, each.ramp_since + RAMP_DAYS)
            found = each.guarantee if start < stop else found
    return found
