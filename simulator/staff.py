"""The company's own people: the roster, who was away, and who looked after which account when."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from simulator.book import Book
from simulator.clock import DAY, HOUR
from simulator.contracts import Account
from simulator.ids import salesforce_id
from simulator.records import Records

TREES = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak")
_REGIONS = ("Americas", "EMEA", "Americas", "EMEA", "APAC")
#: CRM users beside the CSMs: number -> (name, role, title).
OFFICE = {
    20: ("Team Lead Rowan", "lead", "CS Lead"),
    21: ("Team Lead Willow", "lead", "CS Lead"),
    30: ("Head of Success Yew", "manager", "Head of CS"),
    40: ("Onboarding Aspen", "onboarding", "Onboarding"),
    41: ("Onboarding Linden", "onboarding", "Onboarding"),
    60: ("Account Executive Poplar", "sales", "Sales"),
}
#: Agents of the support desk have no user in the CRM.
AGENTS = {50: "Support Sorrel", 51: "Support Thistle", 52: "Support Clover"}
FIELD = "CSM_ID__c"
OLD_FIELD = "csm_id_c"  # how an older connection wrote the same field
CO_FIELD = "Co_CSM_ID__c"


@dataclass(eq=False)
class Employee:
    """Somebody on the roster; `left` is the first day no longer employed."""

    number: int
    name: str
    role: str
    region: str
    hired: int
    left: int | None = None
    manager: int | None = None
    capacity: float | None = None
    has_crm_user: bool = True

    @property
    def employee_id(self) -> str:
        """The id on the roster."""
        return f"E{self.number:03d}"


@dataclass(eq=False)
class Ownership:
    """Who looks after an account: (moment, employee number or None) in order, and beside them."""

    owners: list[tuple[int, int | None]]
    co_owner: int | None = None
    co_share: float | None = None
    co_since: int = 0

    def on(self, at: int) -> int | None:
        """Return the owner's number at a moment; before the first entry the first one."""
        found = self.owners[0][1]
        for since, number in self.owners:
            if since <= at:
                found = number
        return found


@dataclass(eq=False)
class Staff:
    """The roster and all ownerships, by the account's number."""

    employees: dict[int, Employee] = field(default_factory=dict)
    ownerships: dict[int, Ownership] = field(default_factory=dict)


def hire(book: Book, records: Records) -> Staff:
    """Return the roster and who owned what; write people's tables and the field history."""
    rng = Random(f"{book.seed}|staff")
    staff = Staff()
    last = book.end_day
    founded = book.catalog.created // DAY
    leavers = {3: last - 140, 6: last - 420}
    leavers = {number: day for number, day in leavers.items() if day > book.start_day + 60}
    for number in range(book.users + 2):
        hired = founded - 30 * (number % 5)
        if number >= book.users:
            left = leavers.get((3, 6)[number - book.users])
            if left is None:
                continue
            hired = left - 25
        staff.employees[number] = Employee(
            number,
            f"Success Manager {TREES[number % len(TREES)]}",
            "csm",
            _REGIONS[number % len(_REGIONS)],
            hired,
            leavers.get(number),
            20 + number % 2,
            float(rng.choice((60, 80, 80, 100))),
        )
    for number, (name, role, _) in OFFICE.items():
        manager = None if number == 30 else 30
        staff.employees[number] = Employee(
            number, name, role, _REGIONS[number % 2], founded - 60, None, manager
        )
    for number, name in AGENTS.items():
        staff.employees[number] = Employee(
            number, name, "support", _REGIONS[number % 3], founded, None, 30, None, False
        )
    for account in book.accounts:
        if account.in_crm:
            staff.ownerships[account.number] = _ownership(book, account, staff, leavers)
            _write_history(book, records, staff, account)
    _write_roster(book, records, staff, rng)
    return staff


def user_key(book: Book, number: int) -> str:
    """Return the id of a CRM user."""
    return salesforce_id(book.seed, "005", number)


def _ownership(book: Book, account: Account, staff: Staff, leavers: dict[int, int]) -> Ownership:
    rng = Random(f"{book.seed}|owner|{account.number}")
    csms = [each for each in staff.employees.values() if each.role == "csm"]
    owners: list[tuple[int, int | None]] = [(account.created, account.owner)]

    def hand_over(at: int, keep: bool = False) -> None:
        day, now = at // DAY, owners[-1][1]
        there = [
            each.number
            for each in csms
            if each.hired <= day and (each.left is None or day < each.left - 60)
        ]
        there = [number for number in there if number != now]
        if there and owners[-1][0] < at < (book.end_day + 1) * DAY and not keep:
            owners.append((at, rng.choice(there)))

    first = leavers.get(account.owner)
    if first is not None and first * DAY < account.created:
        # A new account is never given to somebody who has left.
        there = [each.number for each in csms if each.left is None and each.hired <= first - 60]
        owners[0] = (account.created, rng.choice(there))
    span = (book.end_day + 1) * DAY - account.created
    if rng.random() < 0.12 and span > 200 * DAY:
        hand_over(account.created + int(rng.uniform(0.2, 0.9) * span) // DAY * DAY + 10 * HOUR)
    for _ in range(2):
        left = leavers.get(owners[-1][1])
        if left is not None and left * DAY > owners[-1][0]:
            # The accounts of a leaver move within weeks; one in thirty is forgotten.
            at = (left + rng.choice((-5, 0, 0, 1, 3, 9, 20, 44))) * DAY + rng.randrange(
                9, 17
            ) * HOUR
            hand_over(at, keep=rng.random() < 0.03)
    if rng.random() < 0.01 and span > 300 * DAY and len(owners) == 1:
        gone = account.created + int(rng.uniform(0.4, 0.9) * span) // DAY * DAY + 11 * HOUR
        owners.append((gone, None))
        back = gone + rng.randint(10, 40) * DAY
        if back < (book.end_day + 1) * DAY:
            owners.append((back, account.owner if account.owner not in leavers else 1))
    result = Ownership(owners)
    if rng.random() < 0.05:
        others = [e.number for e in csms if e.left is None and e.number != owners[-1][1]]
        result.co_owner = rng.choice([n for n in others if n < book.users])
        result.co_share = rng.choice((0.2, 0.3, 0.5))
        result.co_since = account.created
        if rng.random() < 0.5 and span > 100 * DAY:
            result.co_since = account.created + int(rng.uniform(0.3, 0.9) * span)
    return result


def _write_history(book: Book, records: Records, staff: Staff, account: Account) -> None:
    """Write AccountHistory: a lookup's change stands there twice, with names and with ids."""
    own = staff.ownerships[account.number]
    changes = [
        (at, FIELD if account.number % 9 else OLD_FIELD, before, after)
        for (_, before), (at, after) in zip(own.owners, own.owners[1:], strict=False)
    ]
    if own.co_owner is not None and own.co_since > account.created:
        changes.append((own.co_since, CO_FIELD, None, own.co_owner))
    author = user_key(book, 30)
    for at, name, before, after in changes:
        for kind in ("name", "id"):
            key = salesforce_id(book.seed, "017", book_number(records))
            old, new = (
                None if number is None
                else staff.employees[number].name if kind == "name" else user_key(book, number)
                for number in (before, after)
            )  # fmt: skip
            row = (key, account.key, name, old, new, at, author)
            records.add("salesforce.account_field_history", (at, row))


def book_number(records: Records) -> int:
    """Return the number of the next row of the field history."""
    return len(records.tables.get("salesforce.account_field_history", ()))


def _write_roster(book: Book, records: Records, staff: Staff, rng: Random) -> None:
    for each in staff.employees.values():
        key = user_key(book, each.number) if each.has_crm_user else None
        manager = None if each.manager is None else f"E{each.manager:03d}"

        def row(
            left: int | None,
            who: Employee = each,
            key: str | None = key,
            boss: str | None = manager,
        ) -> tuple:
            email = f"user{who.number}@example.com"
            ends = None if left is None else left * DAY
            return (
                who.employee_id, key, who.name, email, who.role, boss, who.region,
                who.hired * DAY, ends, who.capacity,
            )  # fmt: skip

        versions = [(each.hired * DAY, row(None))]
        if each.left is not None:
            # HR knows the last day three weeks ahead.
            versions.append(((each.left - 21) * DAY + 9 * HOUR, row(each.left)))
        # HR sends the whole roster with every run.
        records.add("people.employee", *versions, is_fresh=True)
        day = max(each.hired, book.start_day)
        until = book.end_day if each.left is None else each.left
        while (day := day + rng.randint(50, 130)) < until - 16:
            kind = "vacation" if rng.random() < 0.8 else "sick"
            length = rng.randint(4, 14) if kind == "vacation" else rng.randint(1, 5)
            entered = (day - 20 if kind == "vacation" else day) * DAY + 8 * HOUR
            span = (each.employee_id, day * DAY, (day + length) * DAY, kind)
            records.add("people.absence", (entered, span))
    costs = {"csm": 62, "lead": 84, "manager": 105, "onboarding": 58, "support": 46, "sales": 78}
    for role, cost in costs.items():
        for year in range(3):
            start = book.start_day + 365 * year if year else book.catalog.created // DAY
            if start <= book.end_day:
                row = (role, round(cost * 1.03**year, 2), "usd", start * DAY)
                records.add("people.touch_cost", (start * DAY, row))
