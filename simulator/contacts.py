"""Who the customers' people are in the CRM: roles, arrivals, and those who leave their company."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from simulator.book import Book
from simulator.clock import DAY, HOUR
from simulator.contracts import Account
from simulator.courses import Course
from simulator.ids import salesforce_id
from simulator.names import person_name
from simulator.records import Records

#: How many contacts an account has, and how likely a champion and a sponsor are known.
COUNTS = {"small": (1, 2), "middle": (2, 4), "large": (4, 7)}
CHAMPION = {"small": 0.55, "middle": 0.85, "large": 0.95}
SPONSOR = {"small": 0.05, "middle": 0.70, "large": 0.90}
LEAVES_IN_A_YEAR = 0.07
#: A strained relation takes the champion along in this share of its episodes.
CHAMPION_GOES = {"small": 0.2, "middle": 0.45, "large": 0.55}


@dataclass(eq=False)
class Contact:
    """A customer's person; `left` is the day they left their company, `noted` when we knew."""

    number: int
    account: Account
    key: str
    given: str
    family: str
    email: str
    role: str | None
    created: int
    left: int | None = None
    noted: int | None = None

    def is_there(self, day: int) -> bool:
        """Whether one can talk to them on a day."""
        return self.created // DAY <= day and (self.left is None or day < self.left)


def meet(book: Book, course: Course, records: Records, numbers: list[int]) -> list[Contact]:
    """Return an account's contacts in order of importance; write salesforce.contact.

    `numbers` holds the next free number.
    """
    account = course.account
    rng = Random(f"{book.seed}|contacts|{account.number}")
    size, created = course.size, max(account.created, course.start * DAY - 20 * DAY)
    roles: list[str | None] = []
    if rng.random() < CHAMPION[size]:
        roles.append("champion")
    if rng.random() < SPONSOR[size]:
        roles.append("executive_sponsor")
    count = max(rng.randint(*COUNTS[size]), len(roles))
    roles += [rng.choice(("admin", "user", "user", None)) for _ in range(count - len(roles))]
    found: list[Contact] = []

    def add(role: str | None, at: int) -> Contact:
        given, family = person_name(rng)
        number = numbers[0]
        numbers[0] += 1
        email = f"{given}.{family}{number}@account-{account.number}.example.com".lower()
        key = salesforce_id(book.seed, "003", number)
        contact = Contact(number, account, key, given, family, email, role, at)
        found.append(contact)
        return contact

    for index, role in enumerate(roles):
        late = rng.randrange(300) * DAY if index >= 2 and rng.random() < 0.4 else 0
        add(role, created + index * HOUR + late)
    horizon = course.spans[-1][1]
    for contact in list(found):
        day = contact.created // DAY + int(rng.expovariate(LEAVES_IN_A_YEAR / 365)) + 30
        if day < horizon:
            _leave(contact, day, rng)
    for episode in course.episodes:
        if "relation" not in episode.depths or rng.random() >= CHAMPION_GOES[size]:
            continue
        day = episode.start + rng.randint(0, episode.rise)
        champion = next((c for c in found if c.role == "champion" and c.is_there(day)), None)
        if champion is not None:
            _leave(champion, day, rng)
    for contact in list(found):
        if contact.role == "champion" and contact.left is not None and rng.random() < 0.6:
            strained = course.strain("relation", contact.left + 60) > 0.2
            at = contact.left + rng.randint(20, 90)
            if at < min(horizon, book.end_day) and not strained:
                add("champion", at * DAY + 10 * HOUR)
    if account.in_crm:
        for contact in found:
            _write(records, contact)
    return found


def _leave(contact: Contact, day: int, rng: Random) -> None:
    contact.left = day
    contact.noted = (day + rng.choice((0, 2, 7, 15, 30))) * DAY + 11 * HOUR


def _write(records: Records, contact: Contact) -> None:
    def row(left: int | None) -> tuple:
        name = f"{contact.given} {contact.family}"
        return (
            contact.key, contact.account.key, contact.given, contact.family, name, contact.email,
            contact.role, None if left is None else left * DAY, False, True,
        )  # fmt: skip

    versions = [(contact.created, row(None))]
    if contact.noted is not None:
        versions.append((max(contact.noted, contact.created), row(contact.left)))
    records.add("salesforce.contact", *versions)
