"""Who uses the product and when: users, their groups, and every event of theirs.

Product analytics came late: nothing before `since` was tracked. Seats bring users, users bring
active days; weekends, the turn of the year, holidays of a whole company and a slow noise of its
own move each account's use, and so do its hidden strains.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from simulator.book import Book
from simulator.clock import DAY, HOUR, to_date
from simulator.contacts import Contact
from simulator.contracts import Account
from simulator.courses import PLAN_FEATURES, Course
from simulator.names import person_name

#: Active days of a user on a working day, by size: in large companies many look in rarely.
DAILY = {"small": 0.056, "middle": 0.041, "large": 0.038}
#: Share of the seats that are ever given to somebody: large companies buy ahead of need.
GIVEN = {"small": (0.40, 0.85), "middle": (0.25, 0.65), "large": (0.15, 0.45)}
WEEKEND = 0.15
FEATURE_EVENTS = {
    "dashboards": ("Dashboard Viewed", 5.0),
    "reports": ("Report Created", 2.0),
    "sharing": ("Report Shared", 1.0),
    "goals": ("Goal Tracked", 0.8),
    "imports": ("Data Imported", 0.6),
    "automation": ("Workflow Automated", 0.8),
    "api": ("API Called", 0.8),
    "forecasting": ("Forecast Run", 0.6),
}
VALUE_EVENTS = frozenset(name for name, _ in FEATURE_EVENTS.values()) | {"Setup Completed"}
SYNCS = ("Slack Synced", "Salesforce Synced", "Sheets Synced", "Warehouse Synced")
INTENTS = ("Billing Page Viewed", "Cancel Page Viewed", "Data Exported")
_EVERY_SYNC = 20


@dataclass(eq=False)
class User:
    """A user of the product; `groups` holds (moment, account) of each identify, in order."""

    number: int
    user_id: str
    email: str
    name: str
    role: str
    groups: list[tuple[int, Account]]


class Track(NamedTuple):
    """One event. `user` None: anonymous. `repeats` is the moment it was sent once more."""

    at: int
    received: int
    message: str
    event: str
    user: User | None
    repeats: int | None


@dataclass(eq=False)
class Usage:
    """All users and events, and the days on which tracking was down."""

    since: int
    outages: tuple[int, ...]
    users: list[User] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)


@cache
def season(day: int) -> float:
    """Return how much is worked on a day compared with a usual working day."""
    date = to_date(day)
    factor = WEEKEND if date.weekday() >= 5 else 1.0
    if (date.month, date.day) >= (12, 22) or (date.month, date.day) <= (1, 2):
        return factor * 0.45
    if date.month == 12:
        return factor * 0.85
    return factor * 0.92 if date.month == 8 else factor


def outage_days(book: Book, since: int) -> tuple[int, ...]:
    """Return the two working days without any event: one of the last sixty, one earlier."""
    rng = Random(f"{book.seed}|outages")
    days = []
    for low, high in (
        (book.end_day - 45, book.end_day - 8),
        (book.end_day - 220, book.end_day - 130),
    ):
        day = rng.randint(low, high)
        day -= (0, 1, 2)[max(0, (day + 3) % 7 - 4)]  # a weekend's goes to its Friday
        if day > since + 7:
            days.append(day)
    return tuple(sorted(days))


class _AccountUsage:
    """One account's users and events."""

    def __init__(self, book: Book, usage: Usage, course: Course, contacts: list[Contact]) -> None:
        self.book = book
        self.usage = usage
        self.course = course
        self.contacts = contacts
        self.rng = Random(f"{book.seed}|usage|{course.account.number}")
        self.share = self.rng.uniform(*GIVEN[course.size])
        self.users: list[User] = []
        self.weights: list[float] = []
        self.mixes: dict[str, tuple[list[str], list[float]]] = {}
        rng = self.rng
        self.liked = {name for name in FEATURE_EVENTS if rng.random() < 0.65 + 0.05 * course.mood}
        self.liked |= {"dashboards", "reports"}
        self.syncs = rng.sample(SYNCS, rng.choice((0, 0, 1, 1, 2, 3)))
        self.setup_day = course.start + 2 + int(rng.expovariate(1 / 14))
        self.first_value_day = self.setup_day + int(rng.expovariate(1 / 12))

    def live(self) -> None:
        """Let the account's people work from the first tracked day to its last."""
        course, rng = self.course, self.rng
        drift, holiday = rng.gauss(0, 0.35), -1
        is_set_up = False
        for start, end in course.spans:
            for day in range(max(start, self.usage.since), min(end, self.book.end_day + 1)):
                seats, plan = course.plan_on(day)
                self._join(day, self._target(seats, day - start))
                if day % 7 == 0:
                    drift = 0.75 * drift + 0.66 * rng.gauss(0, 0.33)
                    if rng.random() < 0.025:
                        holiday = day + rng.choice((7, 7, 14))
                strain = course.strain("usage", day)
                rate = (
                    DAILY[course.size] * len(self.users) * course.level * season(day)
                    * math.exp(drift) * (1 - strain) * (0.25 if day < holiday else 1.0)
                )  # fmt: skip
                count = self._poisson(rate)
                is_quiet = season(day) < 0.4 or day in self.usage.outages
                if not is_set_up and day >= self.setup_day and not is_quiet:
                    # Where tracking came later, the first session after it says it again.
                    self._send(day, self.users[0], "Setup Completed")
                    is_set_up = True
                for _ in range(count):
                    self._session(day, plan)
                self._aside(day, strain)

    def _target(self, seats: int, age: int) -> int:
        ramp = min(1.0, 0.35 + 0.65 * age / 50)
        return min(max(1, math.ceil(seats * self.share * ramp)), 400)

    def _join(self, day: int, target: int) -> None:
        while len(self.users) < target:
            index = len(self.users)
            if index < len(self.contacts) and self.contacts[index].created // DAY <= day:
                contact = self.contacts[index]
                given, family, email = contact.given, contact.family, contact.email
            else:
                given, family = person_name(self.rng)
                host = f"account-{self.course.account.number}.example.com"
                email = f"{given}.{family}.u{index}@{host}".lower()
            number = len(self.usage.users)
            at = day * DAY + self.rng.randrange(7 * HOUR, 9 * HOUR)
            role = "admin" if index == 0 else "viewer" if self.rng.random() < 0.3 else "editor"
            name = f"{given} {family}"
            user_id = f"usr_{self.course.account.number}_{index}"
            user = User(number, user_id, email, name, role, [(at, self.course.account)])
            self.usage.users.append(user)
            self.users.append(user)
            weight = math.exp(self.rng.gauss(0, 0.5))
            self.weights.append((self.weights[-1] if self.weights else 0.0) + weight)

    def _poisson(self, rate: float) -> int:
        limit, count, product = math.exp(-rate), 0, self.rng.random()
        while product > limit:
            count += 1
            product *= self.rng.random()
        return count

    def _someone(self) -> User:
        index = bisect_right(self.weights, self.rng.random() * self.weights[-1])
        return self.users[min(index, len(self.users) - 1)]

    def _session(self, day: int, plan: str) -> None:
        rng, user = self.rng, self._someone()
        roll = rng.random()
        if roll < 0.08:
            self._send(day, user, "Signed In")
            return
        features, weights = self._mix("" if day < self.first_value_day else plan)
        for _ in range(2 if roll > 0.94 else 1):
            pick = bisect_right(weights, rng.random() * weights[-1])
            self._send(day, user, FEATURE_EVENTS[features[min(pick, len(features) - 1)]][0])

    def _mix(self, plan: str) -> tuple[list[str], list[float]]:
        """Return features in use on a plan (none: before the first report) and their weights."""
        if plan not in self.mixes:
            features = [name for name in PLAN_FEATURES.get(plan, ()) if name in self.liked]
            features = features or ["dashboards"]
            weights = list(accumulate(FEATURE_EVENTS[name][1] for name in features))
            self.mixes[plan] = (features, weights)
        return self.mixes[plan]

    def _aside(self, day: int, strain: float) -> None:
        """Send what is no work: integrations, looks at the bill, exports."""
        rng, course = self.rng, self.course
        if self.syncs and rng.random() < len(self.syncs) / _EVERY_SYNC * (1 - strain):
            self._send(day, self.users[0], rng.choice(self.syncs))
        intent = course.strain("intent", day)
        roll = rng.random()
        if roll < 0.003 + 0.06 * intent:
            self._send(day, self.users[0], rng.choices(INTENTS, (5, 1 + 3 * intent, 2))[0])
        elif intent and roll > 1 - 0.006 * intent:
            self._send(day, self.users[0], "Full Export Requested")
        elif roll > 0.999:
            self._send(day, self._someone(), "Tour Dismissed")  # no seed knows it

    def _send(self, day: int, user: User, event: str) -> None:
        rng = self.rng
        at = day * DAY + rng.randrange(7 * HOUR, 20 * HOUR)
        since = user.groups[0][0]
        at = at if at > since else since + rng.randrange(60, 3 * HOUR)
        received = at + 2
        if rng.random() < 0.01:
            received += rng.randrange(HOUR, 60 * HOUR)  # from a device that was offline
        repeats = received + rng.randrange(7, 20) * HOUR if rng.random() < 0.003 else None
        message = f"{rng.getrandbits(60):015x}"
        if at // DAY not in self.usage.outages and received // DAY not in self.usage.outages:
            self.usage.tracks.append(Track(at, received, message, event, user, repeats))


def use(book: Book, since: int, lives: list[tuple[Course, list[Contact]]]) -> Usage:
    """Return all usage from day `since` on."""
    usage = Usage(since, outage_days(book, since))
    for course, contacts in lives:
        _AccountUsage(book, usage, course, contacts).live()
    rng = Random(f"{book.seed}|strays")
    _move_some(book, usage, rng)
    _anonymous(book, usage, rng)
    usage.tracks.sort(key=lambda track: (track.at, track.message))
    return usage


def _move_some(book: Book, usage: Usage, rng: Random) -> None:
    """Let one user in a hundred go on in another account's group."""
    accounts = sorted({user.groups[0][1].number for user in usage.users})
    by_number = {account.number: account for account in book.accounts}
    for user in usage.users:
        if rng.random() < 0.01 and len(accounts) > 1:
            first = user.groups[0][0]
            at = first + int(rng.uniform(0.2, 0.9) * ((book.end_day + 1) * DAY - first))
            other = by_number[rng.choice(accounts)]
            if other is not user.groups[0][1]:
                user.groups.append((at, other))


def _anonymous(book: Book, usage: Usage, rng: Random) -> None:
    """Send events of visitors who never signed in: they belong to no account."""
    for _ in range(len(usage.tracks) // 60):
        day = rng.randint(usage.since, book.end_day)
        at = day * DAY + rng.randrange(DAY)
        if day not in usage.outages:
            message = f"{rng.getrandbits(60):015x}"
            usage.tracks.append(Track(at, at + 2, message, "Dashboard Viewed", None, None))
