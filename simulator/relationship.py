"""What the CSMs did: touches, goals agreed, steps of a renewal, judgements, case studies."""

from __future__ import annotations

import math
from random import Random

from simulator.book import Book
from simulator.clock import DAY, HOUR
from simulator.contacts import Contact
from simulator.courses import Course
from simulator.ids import salesforce_id
from simulator.records import Records
from simulator.staff import Staff, user_key

#: Days between touches by size: e-mails, calls and meetings, reviews with the sponsor (0: none).
RHYTHM = {"small": (70, 0, 0), "middle": (28, 55, 190), "large": (14, 27, 110)}
GOALS = {"small": (0, 1), "middle": (0, 2), "large": (1, 3)}
PULSES = {"small": 0, "middle": 150, "large": 80}
#: Steps of a renewal and how many days before the contract's end each is due.
STEPS = (("renewal plan", 84), ("value review", 60), ("proposal", 30), ("signature", 7))
_GOAL_TEXTS = ("Cut reporting time", "Roll out to a second team", "Automate the month's end")
_PRICE, _OTHERS = (
    "price",
    ("low usage", "competitor", "missing features", "champion left", "budget"),
)


class Relationship:
    """Writes one company's CRM activity; `since` is the first day the CRM still holds."""

    def __init__(self, book: Book, records: Records, staff: Staff, since: int) -> None:
        self.book = book
        self.records = records
        self.staff = staff
        self.since = since
        self.last = book.end_day

    def live(self, course: Course, contacts: list[Contact]) -> None:
        """Write everything about one account."""
        if not course.account.in_crm:
            return
        rng = Random(f"{self.book.seed}|relation|{course.account.number}")
        mails, meetings, reviews = RHYTHM[course.size]
        self._mails(course, contacts, rng, mails)
        if meetings:
            self._meetings(course, contacts, rng, meetings)
        if reviews:
            sponsors = [each for each in contacts if each.role == "executive_sponsor"]
            self._meetings(course, sponsors, rng, reviews, "business_review")
        self._goals(course, rng)
        if PULSES[course.size]:
            self._pulses(course, rng, PULSES[course.size])
        self._case_study(course, rng)

    def _days(self, course: Course, rng: Random, every: int) -> list[int]:
        """Return the working days of touches that keep to a rhythm, more or less."""
        days = []
        for start, end in course.spans:
            day = max(start, self.since) + rng.randint(0, min(every, 20))
            while day < min(end, self.last + 20):
                days.append(day + (0, 0, 2, 1)[max(0, (day + 3) % 7 - 3)])
                day += max(2, int(every * math.exp(rng.gauss(0, 0.35))))
        return days

    def _owner(self, course: Course, at: int) -> str:
        number = self.staff.ownerships[course.account.number].on(at)
        return user_key(self.book, 30 if number is None else number)

    def _whom(self, contacts: list[Contact], day: int, rng: Random) -> Contact | None:
        there = [each for each in contacts if each.is_there(day)]
        weights = [3 if each.role == "champion" else 1 for each in there]
        return rng.choices(there, weights)[0] if there else None

    def _mails(self, course: Course, contacts: list[Contact], rng: Random, every: int) -> None:
        for day in self._days(course, rng, every):
            whom, strain = self._whom(contacts, day, rng), course.strain("relation", day)
            at = day * DAY + rng.randrange(8 * HOUR, 17 * HOUR)
            kind = "call" if rng.random() < 0.12 else "email"
            is_two_way = rng.random() < 0.6 * (1 - 0.8 * strain)
            if whom is None or day > self.last:
                continue
            key = salesforce_id(self.book.seed, "00T", self._next("salesforce.task"))
            created = at - rng.choice((0, 0, 0, 2, 5)) * DAY
            owner = self._owner(course, at)

            def row(
                is_closed: bool, done: int | None, key: str = key, whom: Contact = whom,
                owner: str = owner, kind: str = kind, both: bool = is_two_way, at: int = at,
                created: int = created,
            ) -> tuple:  # fmt: skip
                return (
                    key, whom.account.key, whom.key, owner, "Check-in",
                    "Completed" if is_closed else "Not Started", "Normal",
                    "call" if kind == "call" else "email", is_closed, False, at // DAY * DAY, done,
                    created, kind, both and is_closed, True,
                )  # fmt: skip

            versions = [(created, row(False, None))] if created < at else []
            if rng.random() < 0.97:
                versions.append((at, row(True, at)))
            if versions:
                self.records.add("salesforce.task", *versions)

    def _meetings(
        self,
        course: Course,
        contacts: list[Contact],
        rng: Random,
        every: int,
        kind: str | None = None,
    ) -> None:
        for day in self._days(course, rng, every):
            whom, strain = self._whom(contacts, day, rng), course.strain("relation", day)
            planned = day - rng.randint(2, 15)
            at = day * DAY + rng.randrange(9, 16) * HOUR
            roll, is_skipped = rng.random(), rng.random() < 0.9 * strain + 0.05
            is_two_way = rng.random() < 0.95
            chosen = kind or rng.choices(("call", "meeting", "training"), (5, 6, 1))[0]
            if whom is None or planned > self.last or (is_skipped and roll < 0.6):
                continue
            key = salesforce_id(self.book.seed, "00U", self._next("salesforce.event"))
            made = max(planned * DAY + 10 * HOUR, whom.created)
            owner = self._owner(course, made)

            def row(
                is_deleted: bool, key: str = key, whom: Contact = whom, owner: str = owner,
                at: int = at, made: int = made, chosen: str = chosen, both: bool = is_two_way,
            ) -> tuple:  # fmt: skip
                return (
                    key, whom.account.key, whom.key, owner, "Meeting", is_deleted,
                    at // DAY * DAY, at, at + HOUR, made, chosen, both, True,
                )  # fmt: skip

            versions = [(made, row(False))]
            if is_skipped:
                versions.append((max(made, at - 20 * HOUR), row(True)))
            self.records.add("salesforce.event", *versions)

    def _next(self, table: str) -> int:
        return len(self.records.tables.get(table, ()))

    def _goals(self, course: Course, rng: Random) -> None:
        start = course.start
        for _ in range(rng.randint(*GOALS[course.size]) + (rng.random() < 0.4)):
            agreed = start + rng.randint(10, 60)
            due = agreed + rng.randint(90, 300)
            strain = max(course.strain("usage", due), course.strain("relation", due))
            is_met = rng.random() < min(max(0.68 + 0.12 * course.mood - 0.5 * strain, 0.05), 0.95)
            met = due + int(rng.gauss(-12, 25))
            start = due
            if agreed > self.last or not course.has_access(agreed):
                continue
            number = self._next("salesforce.success_goal_c")
            key = salesforce_id(self.book.seed, "a01", number)
            text = rng.choice(_GOAL_TEXTS)
            facts = (key, course.account.key, text, due * DAY)
            versions = [(agreed * DAY + 9 * HOUR, (*facts, None, False))]
            if is_met and met > agreed and course.has_access(met):
                versions.append((met * DAY + 15 * HOUR, (*facts, met * DAY, False)))
            self.records.add("salesforce.success_goal_c", *versions)

    def _pulses(self, course: Course, rng: Random, every: int) -> None:
        for day in self._days(course, rng, every):
            felt = max(course.strain("relation", day), 0.6 * course.strain("voice", day))
            pulse = min(max(3 + 2 * course.mood - 9 * felt + rng.gauss(0, 2.2), -10), 10)
            at = day * DAY + 16 * HOUR
            if day > self.last:
                continue
            number = self._next("salesforce.csm_pulse_c")
            reason = "No answer to the last mails" if pulse < 0 else "All as planned"
            row = (
                salesforce_id(self.book.seed, "a03", number), course.account.key,
                self._owner(course, at), float(round(pulse)), reason, day * DAY, False,
            )  # fmt: skip
            self.records.add("salesforce.csm_pulse_c", (at, row))

    def _case_study(self, course: Course, rng: Random) -> None:
        day = course.start + rng.randint(200, 500)
        wanted = rng.random() < 0.08 and course.mood > 0.2
        if wanted and day <= self.last and course.has_access(day):
            number = self._next("salesforce.case_study_c")
            key = salesforce_id(self.book.seed, "a04", number)
            row = (key, course.account.key, self._owner(course, day * DAY), day * DAY, False)
            self.records.add("salesforce.case_study_c", (day * DAY + 12 * HOUR, row))

    def renewal(self, course: Course, opportunity: tuple[str, int, int, int | None]) -> int | None:
        """Write the steps of a renewal; return the moment at which notice was given, if it was.

        `opportunity` is (id, opened, contract end, moment the customer asked to stop or None).
        """
        key, opened, end, asked = opportunity
        rng = Random(f"{self.book.seed}|renewal|{key}")
        notice = None
        if asked is not None and rng.random() < 0.6:
            notice = max(opened + DAY, asked + rng.randint(0, 10) * DAY)
            notice = notice // DAY * DAY + 14 * HOUR
            notice = notice if notice < end else None
        for step, before in STEPS:
            due = end // DAY - before
            strain = course.strain("relation", due)
            done = due + int(rng.gauss(-3, 5) + 25 * strain)
            is_done = rng.random() < 0.93 - 0.5 * strain
            number = self._next("salesforce.renewal_step_c")
            facts = (salesforce_id(self.book.seed, "a02", number), key, step, due * DAY)
            versions = [(opened, (*facts, None, False))]
            at = max(done * DAY + 13 * HOUR, opened + HOUR)
            is_off = notice is not None and at > notice
            if is_done and not is_off and at < end:
                versions.append((at, (*facts, at // DAY * DAY, False)))
            self.records.add("salesforce.renewal_step_c", *versions)
        return notice


def loss_reason(book: Book, course: Course | None, number: int) -> str:
    """Return why a renewal was lost, in the words of the CRM's list."""
    rng = Random(f"{book.seed}|loss|{number}")
    if course is not None and course.size == "large" and rng.random() < 0.4:
        return "champion left"
    return _PRICE if rng.random() < 0.3 else rng.choice(_OTHERS)
