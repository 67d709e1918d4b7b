"""Pay data of the company's people: plan assignments, shared accounts, exclusions, disputes.

Drawn from random streams of their own: they change nothing else of a company.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from simulator.book import Book
from simulator.clock import DAY, HOUR, add_interval, day_number, to_date
from simulator.contracts import Account
from simulator.records import Records
from simulator.staff import Employee, Staff

KINDS = ("bankruptcy", "acquisition", "shutdown", "product sunset", "moved to another program")
PLAN = "reference"
#: Plans are in force for so many quarters before the one of the last day.
QUARTERS_BACK = 8
MANAGER = 30


@dataclass(frozen=True)
class Assignment:
    """A plan of an employee over `[since, until)`; money in whole units of the currency."""

    employee: str
    plan: str
    target: int
    guarantee: int
    currency: str
    since: int
    until: int | None
    ramp_since: int | None


@dataclass(frozen=True)
class Share:
    """A person's share of an account over `[since, until)`."""

    account: str
    employee: str
    weight: float
    since: int
    until: int | None


@dataclass(frozen=True)
class Exclusion:
    """An account taken out of a quarter; applied only when approved with day and evidence."""

    account: str
    quarter: str
    is_applied: bool


@dataclass(eq=False)
class Pay:
    """All pay data as they stand at the end of the company's life."""

    assignments: list[Assignment] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    exclusions: list[Exclusion] = field(default_factory=list)


def quarter_of(day: int) -> str:
    """Return the quarter of a day, like 2026Q3; years begin in January."""
    date = to_date(day)
    return f"{date.year}Q{(date.month + 2) // 3}"


def quarter_days(quarter: str) -> tuple[int, int]:
    """Return the first day of a quarter and the first day after it."""
    first = day_number(f"{quarter[:4]}-{3 * int(quarter[5]) - 2:02d}-01")
    return first, add_interval(first * DAY, "month", 3) // DAY


def enlist(book: Book, staff: Staff, records: Records) -> Pay:
    """Return who is paid by which plan and for what; write the tables of `comp`."""
    pay = Pay()
    first = quarter_days(quarter_of(book.end_day))[0]
    start = max(add_interval(first * DAY, "month", -3 * QUARTERS_BACK) // DAY, book.start_day)
    for employee in staff.employees.values():
        if employee.role == "csm" or employee.number == MANAGER:
            _assign(book, employee, start, pay, records)
    rng = Random(f"{book.seed}|comp|accounts")
    ended: dict[int, int] = {}
    for each in book.subscriptions:
        if each.is_over:
            number, day = each.account.number, each.versions[-1].start // DAY
            ended[number] = max(day, ended.get(number, 0))
    for account in book.accounts:
        if account.in_crm and account.merged_into is None:
            _share(book, staff, account, rng, pay, records)
            _exclude(book, account, (start, ended.get(account.number, 0)), rng, pay, records)
    _dispute(book, pay, records)
    return pay


def _assign(book: Book, who: Employee, start: int, pay: Pay, records: Records) -> None:
    rng = Random(f"{book.seed}|comp|plan|{who.number}")
    since, until = max(who.hired, start), who.left
    if until is not None and until <= since:
        return
    is_manager = who.role == "manager"
    target = 9_000 if is_manager else rng.choice((5_500, 6_250, 6_250, 7_000))
    currency = "eur" if who.region == "EMEA" and not is_manager else "usd"
    ramp = who.hired if who.hired >= start else None
    days = [since]
    end = book.end_day if until is None else until
    if end - since > 300 and rng.random() < 0.6:
        days.append(rng.randrange(since + 100, end - 60))  # a raise, in the middle of a quarter
    for index, day in enumerate(days):
        stops = days[index + 1] if index + 1 < len(days) else until
        if index and who.number % 4 == 1:
            ramp = day  # moved to accounts of another kind: learns again
        found = Assignment(
            who.employee_id, PLAN, target + 500 * index, 3_000 if ramp is not None else 0,
            currency, day, stops, ramp,
        )  # fmt: skip
        pay.assignments.append(found)
        row = (
            found.employee, PLAN, float(found.target), float(found.guarantee), currency,
            day * DAY, None if stops is None else stops * DAY, None if ramp is None else ramp * DAY,
        )  # fmt: skip
        entered = max(day - 6, book.start_day)
        versions = [(entered * DAY + 9 * HOUR, (*row[:6], None, row[7]))]
        if stops is not None:
            known = max(entered, stops - (21 if stops == until else 6))
            versions.append((known * DAY + 10 * HOUR, row))
        records.add("comp.plan_assignment", *versions)


def _share(
    book: Book, staff: Staff, account: Account, rng: Random, pay: Pay, records: Records
) -> None:
    draw, length, weight = rng.random(), rng.randint(40, 400), rng.choice((0.2, 0.3, 0.5))
    since = rng.randrange(
        account.created // DAY, max(book.end_day - 20, account.created // DAY + 1)
    )
    helpers = [each for each in staff.employees.values() if each.role == "csm"]
    one, other = rng.sample(helpers, 2)
    rows: list[Share] = []
    for at, number in staff.ownerships[account.number].owners[1:]:
        owner = None if number is None else staff.employees[number]
        if owner is not None and owner.hired > book.start_day and draw < 0.4:
            # A new colleague and the account: the share agreed for the time of learning.
            rows.append(Share(account.key, owner.employee_id, weight, at // DAY, at // DAY + 120))
            break
    if not rows and draw < 0.03:
        until = since + length if since + length < book.end_day - 30 else None
        rows.append(Share(account.key, one.employee_id, weight, since, until))
        if draw < 0.01:
            rows.append(Share(account.key, other.employee_id, 0.25, since + 10, until))
    for found in rows:
        pay.shares.append(found)
        until = None if found.until is None else found.until * DAY
        row = (found.account, found.employee, found.weight, found.since * DAY, until)
        records.add("comp.shared_ownership", (found.since * DAY + 8 * HOUR, row))


def _exclude(
    book: Book, account: Account, days: tuple[int, int], rng: Random, pay: Pay, records: Records
) -> None:
    start, day = days
    draw, kind, lag = rng.random(), rng.choice(KINDS), rng.randint(2, 12)
    if draw > 0.10 or not start <= day <= book.end_day - 14:
        return
    quarter = quarter_of(day)
    is_applied = draw < 0.08
    number = len(records.tables.get("comp.exclusion", ())) + 1
    row = (
        f"excl_{number}", account.key, quarter, kind,
        "E030" if draw < 0.09 else None, (day + lag) * DAY, "notice of the registrar" if is_applied
        else None,
    )  # fmt: skip
    pay.exclusions.append(Exclusion(account.key, quarter, is_applied))
    records.add("comp.exclusion", ((day + lag) * DAY + 11 * HOUR, row))


def _dispute(book: Book, pay: Pay, records: Records) -> None:
    rng = Random(f"{book.seed}|comp|disputes")
    people = sorted({each.employee for each in pay.assignments})
    for number in range(1, 4):
        opened = book.end_day - rng.randint(20, 200)
        quarter = quarter_of(opened - 80)
        row = (
            f"disp_{number}", rng.choice(people), quarter, None, "open", opened * DAY, None, None,
        )  # fmt: skip
        versions = [(opened * DAY + 9 * HOUR, row)]
        if number < 3:
            closed = (opened + 9) * DAY
            done = (*row[:4], "resolved", row[5], closed, "the hand-over was recorded late")
            versions.append((closed + 9 * HOUR, done))
        records.add("comp.dispute", *versions)
