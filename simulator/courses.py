"""Hidden causes: how each account fares before it leaves, stays, or nearly leaves.

Billing decides who leaves and when; it was fixed before anything here. A `Course` says what went
before: episodes of strain, each with its own lead, depth, false recovery and channels. No table
shows a course; usage, support, surveys and touches follow it with noise. The shares were chosen
before any score was looked at; DECISIONS.md has the reasons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from random import Random

from simulator.book import Book
from simulator.clock import DAY
from simulator.config import PACES
from simulator.contracts import Account
from simulator.subscription import Subscription

#: In these states the customer can use the product.
ACCESS = ("active", "past_due", "trialing")
#: Voluntary leavers of whom nothing shows before.
WITHOUT_SIGN = 0.25
#: Leavers by failed payments of whom something shows before.
INVOLUNTARY_SIGN = 0.15
#: Episodes without an end of the contract, as a share of the rate of leaving: as many as of
#: those who leave with signs (83% voluntary x 75% with signs).
FALSE_ALARMS = 0.62
#: Days between the first sign and the request, by size.
LEADS = {"small": (20, 75), "middle": (30, 105), "large": (45, 120)}
#: How likely each channel shows an episode, by size.
CHANNELS = {
    "small": {"usage": 0.85, "intent": 0.35, "support": 0.15, "voice": 0.20, "relation": 0.10},
    "middle": {"usage": 0.50, "intent": 0.20, "support": 0.65, "voice": 0.60, "relation": 0.30},
    "large": {"usage": 0.30, "intent": 0.15, "support": 0.25, "voice": 0.30, "relation": 0.80},
}
FALSE_RECOVERY = 0.35
#: Seats are sold of these products; what a plan's users can do.
PLAN_FEATURES = {
    "Free": ("dashboards", "reports"),
    "Starter": ("dashboards", "reports"),
    "Team": ("dashboards", "reports"),
    "Growth": ("dashboards", "reports", "sharing", "goals", "imports"),
    "Scale": (
        "dashboards", "reports", "sharing", "goals", "imports", "automation", "api", "forecasting",
    ),
}  # fmt: skip
_PLANS = tuple(PLAN_FEATURES)


@dataclass(frozen=True)
class Episode:
    """A time of strain from day `start` to `until`; `recovery` days later it is over.

    `depths` (0 to 1) by channel, `lags` in days; `relief` is a span in which it seems over.
    """

    start: int
    rise: int
    until: int
    recovery: int
    is_leaving: bool
    depths: dict[str, float]
    lags: dict[str, int]
    relief: tuple[int, int] | None

    def level(self, channel: str, day: int) -> float:
        """Return how strongly a channel is strained on a day, 0 to its depth."""
        depth = self.depths.get(channel, 0.0)
        day -= self.lags.get(channel, 0)
        if not depth or day < self.start:
            return 0.0
        level = min((day - self.start + 1) / self.rise, 1.0)
        if day > self.until:
            level *= max(0.0, 1 - (day - self.until) / self.recovery)
        if self.relief is not None and self.relief[0] <= day < self.relief[1]:
            level *= 0.35
        return depth * level


@dataclass(frozen=True)
class Departure:
    """An account stops on day `end`; on day `asked` it said so (or its payments failed)."""

    asked: int
    end: int
    is_voluntary: bool
    subscription: Subscription


@dataclass(eq=False)
class Course:
    """One account's life beside its bills. `mood` and `level` are its standing traits."""

    account: Account
    size: str
    spans: list[tuple[int, int]]  # days [from, to) with access
    steps: list[tuple[int, int, str]]  # (day, seats, plan) from that day on
    departures: list[Departure]
    mood: float = 0.0
    level: float = 1.0
    episodes: list[Episode] = field(default_factory=list)

    @property
    def start(self) -> int:
        """The first day with access."""
        return self.spans[0][0]

    def strain(self, channel: str, day: int) -> float:
        """Return the strain of a channel on a day, 0 to 1."""
        if not self.episodes:
            return 0.0
        return max(each.level(channel, day) for each in self.episodes)

    def has_access(self, day: int) -> bool:
        """Whether somebody could use the product on a day."""
        return any(start <= day < end for start, end in self.spans)

    def plan_on(self, day: int) -> tuple[int, str]:
        """Return (seats, plan) of a day; before the first step the first one."""
        found = self.steps[0]
        for step in self.steps:
            if step[0] > day:
                break
            found = step
        return found[1], found[2]


def courses(book: Book) -> dict[int, Course]:
    """Return the course of each account that ever had access, by the account's number."""
    held: dict[int, list[tuple[Subscription, int, int]]] = {}
    for sub in book.subscriptions:
        for number, start, end in _access(sub, book):
            held.setdefault(number, []).append((sub, start, end))
    result = {}
    for account in book.accounts:
        if account.is_test or account.number not in held:
            continue
        rng = Random(f"{book.seed}|course|{account.number}")
        result[account.number] = _course(book, account, held[account.number], rng)
    return result


def _access(sub: Subscription, book: Book) -> list[tuple[int, int, int]]:
    """Return (account number, from day, to day) of a subscription's times with access."""
    result: list[tuple[int, int, int]] = []
    last = book.end_day + 1
    for index, version in enumerate(sub.versions):
        if version.status not in ACCESS:
            continue
        following = sub.versions[index + 1].start if index + 1 < len(sub.versions) else None
        start = version.start // DAY
        end = last if following is None else min(following // DAY, last)
        number = version.customer.account.number
        if result and result[-1][0] == number and result[-1][2] >= start:
            result[-1] = (number, result[-1][1], max(end, result[-1][2]))
        elif end > start:
            result.append((number, start, end))
    return result


def _course(
    book: Book, account: Account, held: list[tuple[Subscription, int, int]], rng: Random
) -> Course:
    spans: list[list[int]] = []
    for _, start, end in sorted(held, key=lambda each: each[1:]):
        if spans and start <= spans[-1][1] + 2:
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    fixed = [(start, end) for start, end in spans]
    departures = [_departure(held, end) for end in _ends(fixed, book.end_day)]
    course = Course(account, account.size or "small", fixed, _steps(held), departures)
    course.mood = rng.gauss(0, 1)
    course.level = math.exp(rng.gauss(0, 0.45))
    if departures:
        # Who leaves one day was on average a little less fond of the product all along.
        course.mood -= 0.35
        course.level *= 0.88
    _plan_episodes(course, rng)
    return course


def _ends(spans: list[tuple[int, int]], last_day: int) -> list[int]:
    """Return the days on which an account stopped and was not back within 30 days."""
    ends = []
    for index, (_, end) in enumerate(spans):
        following = spans[index + 1][0] if index + 1 < len(spans) else None
        if end <= last_day and (following is None or following > end + 30):
            ends.append(end)
    return ends


def _departure(held: list[tuple[Subscription, int, int]], end: int) -> Departure:
    sub = next(sub for sub, _, to in held if to == end)
    before = [each for each in sub.versions if each.start // DAY < end]
    failing = bool(before) and before[-1].status in ("past_due", "unpaid")
    after = next((each for each in sub.versions if each.start // DAY >= end), None)
    failing = failing or (after is not None and after.status == "unpaid")
    asked = end
    if not failing and sub.canceled_at is not None:
        asked = min(sub.canceled_at // DAY, end)
    return Departure(asked, end, not failing, sub)


def _steps(held: list[tuple[Subscription, int, int]]) -> list[tuple[int, int, str]]:
    """Return (day, seats, plan) of each day on which either may have changed."""
    days = set()
    for sub, start, end in held:
        days |= {start, end}
        for item in sub.items:
            days |= {state.agreed // DAY for state in item.states}
            days |= {item.deleted // DAY} if item.deleted is not None else set()
    steps: list[tuple[int, int, str]] = []
    for day in sorted(days):
        seats, plan = 0, None
        for sub, start, end in held:
            if not start <= day < end:
                continue
            for item in sub.items:
                gone = item.deleted is not None and item.deleted // DAY <= day
                state = item.state_at((day + 1) * DAY - 1)
                name = state.price.product.name
                if item.created // DAY <= day and not gone and name in PLAN_FEATURES:
                    seats += state.quantity
                    if plan is None or _PLANS.index(name) > _PLANS.index(plan):
                        plan = name
        if plan is None:
            # Between two subscriptions, or add-ons alone: the workspace stays as it was.
            plan, seats = (steps[-1][2], steps[-1][1]) if steps else ("Starter", 3)
        if not steps or (seats, plan) != steps[-1][1:]:
            steps.append((day, seats, plan))
    return steps


def _plan_episodes(course: Course, rng: Random) -> None:
    low, high = LEADS[course.size]
    for departure in course.departures:
        roll, lead = rng.random(), rng.randint(low, high)
        shows = roll >= WITHOUT_SIGN if departure.is_voluntary else roll < INVOLUNTARY_SIGN
        first = max(start for start, _ in course.spans if start < departure.end)
        start = max(departure.asked - lead, first + 14)
        if shows and start < departure.asked:
            episode = _episode(course, rng, start, departure.asked, departure.end, True)
            course.episodes.append(episode)
    rate = PACES[course.size].leave * FALSE_ALARMS / 30
    for start, end in course.spans:
        day = start + 14
        while (day := day + 1 + int(rng.expovariate(rate))) < end:
            length = rng.randint(low, high)
            near = any(day - 150 <= each.end and each.asked <= day + length + 90
                       for each in course.departures)  # fmt: skip
            if not near:
                course.episodes.append(_episode(course, rng, day, day + length, None, False))
                day += length


def _episode(
    course: Course, rng: Random, start: int, peak: int, end: int | None, is_leaving: bool
) -> Episode:
    chances = CHANNELS[course.size]
    shown = [name for name, chance in chances.items() if rng.random() < chance]
    if not shown:
        shown = [max(chances, key=chances.get)]
    relief = None
    if rng.random() < FALSE_RECOVERY and peak - start > 28:
        begins = rng.randint(start + 10, peak - 14)
        relief = (begins, begins + rng.randint(10, 24))
    return Episode(
        start=start,
        rise=max(7, int((peak - start) * rng.uniform(0.3, 0.8))),
        until=peak if end is None else end,
        recovery=rng.randint(14, 45),
        is_leaving=is_leaving,
        depths={name: rng.uniform(0.35, 0.9) for name in shown},
        # What lagged more than half the lead would come too late to be a sign at all.
        lags={name: rng.randint(0, min(25, (peak - start) // 2)) for name in shown},
        relief=relief,
    )
