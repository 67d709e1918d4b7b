"""Surveys as Delighted keeps them: who was asked when, who answered what."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from simulator.book import Book
from simulator.clock import DAY, HOUR
from simulator.contacts import Contact
from simulator.courses import Course
from simulator.records import Records

#: Days between two surveys of one contact.
EVERY = 180


@dataclass(frozen=True)
class Answer:
    """One answer to a survey; `known_contact` is false where the address is in no CRM."""

    contact: Contact
    at: int
    score: int
    known_contact: bool


class Voice:
    """Writes the delighted tables and keeps the answers; `since` is the first survey's day."""

    def __init__(self, book: Book, records: Records, since: int) -> None:
        self.book = book
        self.records = records
        self.since = since
        self.answers: list[Answer] = []
        # The address with which the sending is checked before every run.
        row = ("1", "survey-check@example.com", "Survey Check", since * DAY, None)
        records.add("delighted.person", (since * DAY, row), is_fresh=True)

    def ask(self, course: Course, contacts: list[Contact]) -> None:
        """Survey an account's contacts about every half year."""
        for contact in contacts:
            self._ask_one(course, contact)

    def _ask_one(self, course: Course, contact: Contact) -> None:
        rng = Random(f"{self.book.seed}|voice|{contact.number}")
        day = max(contact.created // DAY + rng.randint(40, 120), self.since + rng.randint(0, EVERY))
        if rng.random() < 0.08 or day > self.book.end_day:
            return
        person = str(3_000_000 + contact.number)
        known = rng.random() >= 0.03
        email = contact.email if known else f"private{contact.number}@example.com"
        email = email.upper() if rng.random() < 0.05 else email
        name = f"{contact.given} {contact.family}"
        asked: list[int] = []
        while day <= self.book.end_day:
            if contact.is_there(day) and course.has_access(day):
                asked.append(day * DAY + rng.randrange(8, 15) * HOUR)
                self._request(course, contact, person, asked[-1], known, rng)
            day += EVERY + rng.randint(-6, 12)
        if asked:
            versions = [(at, (person, email, name, asked[0], at)) for at in asked]
            self.records.add("delighted.person", *versions)

    def _request(
        self, course: Course, contact: Contact, person: str, at: int, known: bool, rng: Random
    ) -> None:
        number = len(self.records.tables.get("delighted.survey_request", ()))
        row = (f"req_{number}", person, at, "nps")
        self.records.add("delighted.survey_request", (at, row))
        day = at // DAY
        voice, support = course.strain("voice", day), course.strain("support", day)
        answers = rng.random() < 0.38 - 0.18 * voice
        mean = 8.0 + 0.8 * course.mood - 4.5 * voice - 1.5 * support
        score = min(max(round(rng.gauss(mean, 1.7)), 0), 10)
        answered = at + int(rng.expovariate(1 / (30 * HOUR))) + 300
        changed = answered + 2 * HOUR if rng.random() < 0.02 else None
        if not answers:
            return
        comment = "Thank you" if rng.random() < 0.1 else None
        facts = (f"res_{number}", person, score, comment, answered)
        versions = [(answered, (*facts, answered))]
        if changed is not None:
            versions.append((changed, (*facts, changed)))
        self.records.add("delighted.response", *versions)
        self.answers.append(Answer(contact, answered, score, known))
