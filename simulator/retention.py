"""The true answers on retention: windows, cohorts, lifetimes, computed without any SQL."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import NamedTuple

from simulator.clock import DAY, add_interval, month_start, month_starts, to_date
from simulator.knowledge import View
from simulator.money import cents, decimal_of
from simulator.revenue import Snapshot, snapshots
from simulator.subscription import Subscription
from simulator.truth import Ledger

#: Length of each kind of window in months.
WINDOW_MONTHS = {"month": 1, "quarter": 3, "trailing_12_months": 12}


class Window(NamedTuple):
    """Days `[start, end)` as day numbers; `last` is the last day the company speaks for."""

    kind: str
    start: int
    end: int
    last: int


class Lifetime(NamedTuple):
    """From the first day with MRR to the day nothing was left; `end` None while it pays."""

    account: str
    start: int
    end: int | None


class Life:
    """One subscription's worth over time: who held it and what it was worth from which day."""

    def __init__(self, subscription: Subscription, view: View) -> None:
        self.currency = subscription.customer.currency
        self.rates = view.book.rates
        self.snapshots: list[Snapshot] = list(snapshots(subscription, view))
        self.days = [each.day for each in self.snapshots]

    def at(self, day: int) -> Snapshot | None:
        """Return the state at the end of a day, None without MRR."""
        index = bisect_right(self.days, day)
        found = self.snapshots[index - 1] if index else None
        return found if found is not None and _counts(found) else None

    def value(self, found: Snapshot | None, rate_day: int | None = None) -> int:
        """Return cents of a state; at the rates of another day where one is given."""
        if found is None:
            return 0
        if rate_day is None or self.currency == "usd":
            return sum(worth.cents for worth in found.items.values())
        rate = self.rates.on(self.currency, rate_day)
        return sum(cents(worth.native * rate) for worth in found.items.values())

    def holder_in(self, window: Window) -> str | None:
        """Return whom the subscription counts for in a window."""
        opening = self.at(window.start - 1)
        if opening is not None:
            return opening.holder
        index = bisect_left(self.days, window.start)
        for found in self.snapshots[index:]:
            if _counts(found) and found.day < window.end:
                return found.holder
        return None

    def spans(self) -> list[tuple[int, int | None, str]]:
        """Return (from, to, holder) of the times with MRR, `to` None while they last."""
        result = []
        for index, found in enumerate(self.snapshots):
            if _counts(found) and self.value(found):
                following = self.days[index + 1] if index + 1 < len(self.days) else None
                result.append((found.day, following, found.holder))
        return result


class RetentionTruth:
    """Retention of one company as a view shows it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.as_of = view.as_of
        known = [each for each in view.book.subscriptions if each.created <= view.known]
        self.lives = [Life(each, view) for each in known]
        ledger = Ledger(view)
        self.movements = ledger.movements()
        self.balances = ledger.balances()

    def windows(self, kind: str) -> list[Window]:
        """Return the windows of one kind; quarters begin in January, April, July, October."""
        first = min(life.days[0] for life in self.lives if life.days)
        starts: dict[int, None] = {}
        for month in month_starts(month_start(first) - 1, self.as_of):
            back = {"month": 0, "trailing_12_months": 11}.get(kind)
            if back is None:
                back = (to_date(month).month - 1) % 3
            starts[_months_on(month, -back)] = None
        result = []
        for start in starts:
            end = _months_on(start, WINDOW_MONTHS[kind])
            result.append(Window(kind, start, end, min(end - 1, self.as_of)))
        return result

    def rates(self, window: Window) -> dict[str, float | None]:
        """Return every rate of a window over all accounts; None where the base is 0."""
        opening: dict[str, int] = defaultdict(int)
        closing: dict[str, int] = defaultdict(int)
        for life in self.lives:
            holder = life.holder_in(window)
            if holder is None:
                continue
            opening[holder] += life.value(life.at(window.start - 1), window.start)
            closing[holder] += life.value(life.at(window.last), window.start)
        base = [account for account, value in opening.items() if value > 0]
        opened = sum(opening[account] for account in base)
        kept = sum(closing[account] for account in base)
        capped = sum(min(closing[account], opening[account]) for account in base)
        alive = sum(1 for account in base if closing[account] > 0)
        sums = self._movements(window)
        lost = -(sums["churn"] + sums["contraction"])
        regained = sums["expansion"] + sums["reactivation"]
        before = self._balance(window.start - 1)
        return {
            "nrr": _ratio(kept, opened),
            "grr": _ratio(capped, opened),
            "logo_retention": _ratio(alive, len(base)),
            "gross_mrr_churn_rate": _ratio(lost, before),
            "net_mrr_churn_rate": _ratio(lost - regained, before),
            "quick_ratio": _ratio(sums["new"] + regained, lost),
        }

    def _movements(self, window: Window) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for each in self.movements:
            if window.start <= each.day <= window.last:
                sums[each.kind] += each.change
        return sums

    def _balance(self, day: int) -> int:
        return sum(life.value(life.at(day)) for life in self.lives)

    def origins(self) -> dict[str, tuple[str, int]]:
        """Return account -> (account whose cohort it counts in, first day of that one)."""
        first: dict[str, int] = {}
        for account, day, mrr in self.balances:
            if mrr > 0:
                first.setdefault(account, day)
        giver: dict[str, tuple[int, str]] = {}
        for life in self.lives:
            for one, other in zip(life.snapshots, life.snapshots[1:], strict=False):
                worth = sum(w.cents for item, w in one.items.items() if item in other.items)
                gift = worth and one.holder != other.holder and first.get(other.holder) == other.day
                if gift:
                    entry = (-worth, one.holder)
                    giver[other.holder] = min(giver.get(other.holder, entry), entry)
        result = {}
        for account in first:
            origin = account
            while origin in giver:
                origin = giver[origin][1]
            result[account] = (origin, first[origin])
        return result

    def lifetimes(self) -> list[Lifetime]:
        """Return the lifetime of every account that started a cohort."""
        origins = self.origins()
        ends: dict[str, list[int | None]] = defaultdict(list)
        for life in self.lives:
            spans = life.spans()
            if spans:
                ends[origins[spans[0][2]][0]] += [to for _, to, _ in spans]
        result = []
        for account, found in sorted(ends.items()):
            closed = [end for end in found if end is not None]
            end = max(closed) if len(closed) == len(found) else None
            result.append(Lifetime(account, origins[account][1], end))
        return result

    def cohorts(self, kind: str) -> list[tuple]:
        """Return (cohort start, months, accounts at start, retained, MRR: start, net, gross)."""
        origins = self.origins()
        mine: dict[str, list[Life]] = defaultdict(list)
        for life in self.lives:
            spans = life.spans()
            if spans:
                mine[origins[spans[0][2]][0]].append(life)
        windows = [each for each in self.windows(kind) if each.end - 1 <= self.as_of]
        rows = []
        for cohort in windows:
            members = [a for a in mine if cohort.start <= origins[a][1] < cohort.end]
            if not members:
                continue
            start = {a: _worth(mine[a], cohort.last) for a in members}
            for age in windows:
                if age.start < cohort.start:
                    continue
                now = {a: _worth(mine[a], age.last) for a in members}
                rows.append(
                    (
                        to_date(cohort.start),
                        _months_between(cohort.start, age.start),
                        len(members),
                        sum(1 for value in now.values() if value > 0),
                        decimal_of(sum(start.values())),
                        decimal_of(sum(now.values())),
                        decimal_of(sum(min(now[a], start[a]) for a in members)),
                    )
                )
        return rows


def _counts(found: Snapshot) -> bool:
    """Whether there are items, of an account whose revenue is not left out."""
    return bool(found.items) and found.holder is not None


def _worth(lives: list[Life], day: int) -> int:
    return sum(life.value(life.at(day)) for life in lives)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _months_on(month: int, count: int) -> int:
    return add_interval(month * DAY, "month", count) // DAY


def _months_between(start: int, end: int) -> int:
    one, other = to_date(start), to_date(end)
    return (other.year - one.year) * 12 + other.month - one.month
