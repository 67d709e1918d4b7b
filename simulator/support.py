"""The support desk: tickets, their answers and ratings, as Zendesk keeps them."""

from __future__ import annotations

import math
from random import Random

from simulator.book import Book
from simulator.clock import DAY, HOUR
from simulator.contacts import Contact
from simulator.courses import Course
from simulator.records import Records

#: Tickets a month for the square root of an account's seats.
RATE = 0.07
#: Hours until the first reply and until the solution, by severity 1 to 4.
TARGETS = {1: (1, 24), 2: (4, 72), 3: (8, 168), 4: (24, 336)}
_WEIGHTS = (4, 16, 45, 35)
_STRAINED = (18, 34, 32, 16)
_SUBJECTS = ("Cannot sign in", "Report shows no rows", "Import failed", "Question on seats")
_AGENTS = (50, 51, 52)
_NEVER = 10**12


class Support:
    """Writes the zendesk tables; `since` is the day on which the desk was opened."""

    def __init__(self, book: Book, records: Records, since: int) -> None:
        self.book = book
        self.records = records
        self.since = since
        self.tickets = 1000
        for number in _AGENTS:
            row = (900_000 + number, None, f"Support {number}", f"user{number}@example.com",
                   None, "agent", since * DAY, True, False)  # fmt: skip
            # Agents sign in every day: their rows are as fresh as the landing.
            records.add("zendesk.user", (since * DAY, row), is_fresh=True)

    def serve(self, course: Course, contacts: list[Contact], external_id: str) -> None:
        """Write one account's organization, people and tickets."""
        rng = Random(f"{self.book.seed}|support|{course.account.number}")
        account = course.account
        organization = 500_000 + account.number
        created = max(self.since * DAY, contacts[0].created) if contacts else self.since * DAY
        if created > (self.book.end_day + 1) * DAY or not contacts:
            return
        row = (organization, account.name, external_id, created)
        self.records.add("zendesk.organization", (created, row))
        for contact in contacts:
            at = max(created, contact.created)
            row = (
                700_000 + contact.number, organization, f"{contact.given} {contact.family}",
                contact.email, None, "end-user", at, True, False,
            )  # fmt: skip
            self.records.add("zendesk.user", (at, row))
        habit = math.exp(rng.gauss(0, 0.6) - 0.1 * course.mood)
        for start, end in course.spans:
            day = max(start, self.since, created // DAY + 1)
            while day < min(end, self.book.end_day + 1):
                seats, _ = course.plan_on(day)
                strain = course.strain("support", day)
                rate = RATE * math.sqrt(max(seats, 1)) * habit * (1 + 2.5 * strain) / 30
                rate *= 1.5 if day - start < 60 else 1.0
                # The rate is looked at again every fortnight.
                wait = rng.expovariate(rate)
                if wait > 14:
                    day += 14
                    continue
                day += max(1, round(wait))
                whom = [each for each in contacts if each.is_there(day)]
                if day < min(end, self.book.end_day + 1) and whom:
                    weekday = day - (0, 1, 2)[max(0, (day + 3) % 7 - 4)]
                    self._ticket(course, organization, rng.choice(whom), weekday, rng)

    def _ticket(
        self, course: Course, organization: int, whom: Contact, day: int, rng: Random
    ) -> None:
        self.tickets += 1
        number, strain = self.tickets, course.strain("support", day)
        weights = _STRAINED if rng.random() < 0.7 * strain else _WEIGHTS
        severity = rng.choices((1, 2, 3, 4), weights)[0]
        created = max(day * DAY + rng.randrange(7 * HOUR, 19 * HOUR), whom.created + HOUR)
        first, solution = TARGETS[severity]
        slow = 1 + 2.2 * strain
        reply = created + int(first * HOUR * min(0.45 * slow * math.exp(rng.gauss(0, 0.6)), 9))
        solved = reply + int(
            solution * HOUR * min(0.35 * slow * math.exp(rng.gauss(0, 0.8)), 6)
        ) + 60  # fmt: skip
        reopened = (
            solved + rng.randrange(2, 60) * HOUR if rng.random() < 0.07 + 0.2 * strain else None
        )
        final = solved if reopened is None else reopened + rng.randrange(5, 90) * HOUR
        closed = final + 4 * DAY
        agent = 900_000 + rng.choice(_AGENTS)
        requester = 700_000 + whom.number
        direct = None if rng.random() < 0.05 else organization
        subject = rng.choice(_SUBJECTS)
        steps = [(created, "new"), (reply, "open"), (solved, "solved")]
        if reopened is not None:
            steps += [(reopened, "open"), (final, "solved")]
        steps.append((closed, "closed"))
        is_bad = rng.random() >= min(
            max(0.88 + 0.04 * course.mood - 0.45 * course.strain("voice", day) - 0.2 * strain, 0.1),
            0.98,
        )
        rated = rng.random() < 0.35
        versions = []
        for at, status in steps:
            versions.append(
                (at, (number, direct, requester, None if status == "new" else agent, status,
                      ("urgent", "high", "normal", "low")[severity - 1], severity, subject,
                      "email", created, at, False))
            )  # fmt: skip
            row = (number, "status", at, agent if status != "new" else requester, status)
            self.records.add("zendesk.ticket_field_history", (at, row))
        self.records.add("zendesk.ticket", *versions)
        comments = [(created, requester, True), (reply, agent, True), (solved, agent, True)]
        if rng.random() < 0.3:
            comments.append((reply + (solved - reply) // 2, agent, False))
        if reopened is not None:
            comments.append((reopened, requester, True))
        for index, (at, author, is_public) in enumerate(comments):
            row = (number * 10 + index, number, author, "Text", is_public, at, False)
            self.records.add("zendesk.ticket_comment", (at, row))
        self._targets(number, created, (first, solution), (reply, solved))
        self._rating(number, final, is_bad if rated else None, rng)

    def _targets(
        self, number: int, created: int, hours: tuple[int, int], met: tuple[int, int]
    ) -> None:
        for name, each, at in zip(("first_reply", "resolution"), hours, met, strict=True):
            target = created + each * HOUR
            versions = [(created, (number, name, target, None, False))]
            if at > target:
                versions.append((target, (number, name, target, None, True)))
            versions.append((at, (number, name, target, at, at > target)))
            self.records.add("zendesk.ticket_sla_event", *versions)

    def _rating(self, number: int, solved: int, is_bad: bool | None, rng: Random) -> None:
        offered = solved + 24 * HOUR
        versions = [(offered, (number + 40_000, number, "offered", offered, offered))]
        if is_bad is not None:
            at = offered + rng.randrange(HOUR, 60 * HOUR)
            score = "bad" if is_bad else "good"
            versions.append((at, (number + 40_000, number, score, offered, at)))
        self.records.add("zendesk.satisfaction_rating", *versions)
