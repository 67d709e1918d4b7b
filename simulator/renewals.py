"""The true renewals: each term of three months or longer, when it fell due, what became of it.

Terms come from what the versions and the invoices of the contracts show to a `View`, values from
the snapshots of the subscriptions. Days are day numbers, money whole cents.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from simulator.catalog import Price
from simulator.clock import DAY, to_date
from simulator.contracts import Version
from simulator.knowledge import View
from simulator.money import PER_MONTH, decimal_of
from simulator.revenue import Snapshot, snapshots
from simulator.subscription import Subscription

MIN_MONTHS = 3
GRACE_DAYS = 30
LATE_DAYS = 90


class Period(NamedTuple):
    """One billed period [start, end) of a subscription and how many months its interval has."""

    start: int
    end: int
    months: Fraction


class Renewal(NamedTuple):
    """One term and what became of it; `days_late` is None where nothing came back."""

    subscription: Subscription
    account: str
    start: int
    due: int
    outcome: str
    mrr_due: int
    mrr_renewed: int
    days_late: int | None


class _Course:
    """MRR and holder of one subscription by day."""

    def __init__(self, subscription: Subscription, view: View) -> None:
        self.subscription = subscription
        self.started = subscription.created // DAY
        self.steps = list(snapshots(subscription, view))
        self.days = [step.day for step in self.steps]

    def on(self, day: int) -> Snapshot | None:
        index = bisect_right(self.days, day)
        return self.steps[index - 1] if index else None

    def mrr(self, day: int, holder: str | None = None) -> int:
        """Return cents at the end of a day; only while `holder` holds it, where one is named."""
        step = self.on(day)
        if step is None or step.holder is None or holder not in (None, step.holder):
            return 0
        return sum(worth.cents for worth in step.items.values())

    def changes(self, first: int, last: int) -> list[int]:
        """Return the days of [first, last] on which something changed."""
        return [day for day in self.days if first <= day <= last]


def periods(subscription: Subscription, view: View) -> list[Period]:
    """Return the periods a reader sees, by their day of begin; of two on one day the later."""
    found: dict[int, tuple[tuple[int, int], Period]] = {}

    def see(start: int, end: int, months: Fraction, seen: int) -> None:
        day, rank = start // DAY, (start, seen)
        if end // DAY > day and (day not in found or rank > found[day][0]):
            found[day] = (rank, Period(day, end // DAY, months))

    for version in view.versions(subscription):
        # What ended says nothing new about the period it ended in.
        seen = -1 if version.status == "canceled" else version.start
        see(version.period_start, version.period_end, _months(subscription, version), seen)
    if subscription.account.first_sync <= view.known:
        for item in subscription.items:
            for invoice, line in item.lines:
                if line.kind not in ("regular", "trial") or invoice.created > view.known:
                    continue
                if not invoice.is_void(view.known):
                    months = _price_months(line.state.price)
                    see(line.period_start, line.period_end, months, invoice.created)
    return [found[day][1] for day in sorted(found)]


def _months(subscription: Subscription, version: Version) -> Fraction:
    at = version.period_start
    prices = [
        item.state_at(at).price
        for item in subscription.items
        if item.created <= at and (item.deleted is None or item.deleted > at)
    ]
    return max((_price_months(price) for price in prices), default=Fraction(0))


def _price_months(price: Price) -> Fraction:
    """How many months the price pays for; 0 where it does not recur."""
    return price.count / PER_MONTH[price.unit] if price.unit in PER_MONTH else Fraction(0)


def renewals(view: View) -> list[Renewal]:
    """Return all renewals due by the view's as-of day, by subscription and term."""
    courses = [
        _Course(each, view) for each in view.book.subscriptions if each.created <= view.known
    ]
    held: dict[str, list[_Course]] = defaultdict(list)
    for course in courses:
        for holder in {step.holder for step in course.steps if step.holder is not None}:
            held[holder].append(course)
    return [found for course in courses for found in _of_course(course, held, view)]


def _of_course(course: _Course, held: dict[str, list[_Course]], view: View) -> Iterator[Renewal]:
    shown = periods(course.subscription, view)
    for index, term in enumerate(shown):
        if term.months < MIN_MONTHS or term.end > view.as_of:
            continue
        over = min([term.end, *(each.start for each in shown[index + 1 : index + 2])])
        mrr_due = _last_mrr(course, term.start, over)
        step = course.on(term.end)
        if mrr_due == 0 or step is None or step.holder is None:
            continue
        yield _judge(course, held[step.holder], step.holder, term, mrr_due, view.as_of)


def _last_mrr(course: _Course, first: int, over: int) -> int:
    """Return MRR at the end of the last day with MRR in [first, over), 0 without one."""
    for day in sorted({over - 1, *(each - 1 for each in course.changes(first + 1, over - 1))})[
        ::-1
    ]:
        if (found := course.mrr(day)) > 0:
            return found
    return 0


def _judge(
    course: _Course, family: list[_Course], holder: str, term: Period, mrr_due: int, as_of: int
) -> Renewal:
    last = min(term.end + LATE_DAYS, as_of)
    others = [
        each
        for each in family
        if each is not course and term.start <= each.started <= term.end + LATE_DAYS
    ]
    days = {term.end}
    for each in [course, *others]:
        days.update(each.changes(term.end, last))
    for day in sorted(days):
        mrr = course.mrr(day) or sum(each.mrr(day, holder) for each in others)
        if mrr > 0:
            late = day - term.end
            outcome = "renewed" if late <= GRACE_DAYS else "late"
            return Renewal(
                course.subscription, holder, term.start, term.end, outcome, mrr_due, mrr, late
            )
    outcome = "open" if as_of < term.end + GRACE_DAYS else "churned"
    return Renewal(course.subscription, holder, term.start, term.end, outcome, mrr_due, 0, None)


def renewals_frame(view: View):  # noqa: ANN201
    """Return renewals as a frame with the columns of `fct_renewals` but its key."""
    import pandas

    rows = [
        (
            view.book.key("sub", each.subscription.number),
            each.account,
            to_date(each.start),
            to_date(each.due),
            each.outcome,
            decimal_of(each.mrr_due),
            decimal_of(each.mrr_renewed),
            each.days_late,
        )
        for each in renewals(view)
    ]
    names = ["subscription_id", "account_id", "term_start", "due_date", "outcome"]
    names += ["mrr_due", "mrr_renewed", "days_late"]
    # dtype object: a missing number of days stays None, money stays Decimal.
    return pandas.DataFrame(rows, columns=names, dtype=object)
