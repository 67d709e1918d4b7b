"""Customer success as it happened: hidden courses, people, usage, support, voice, touches."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.book import Book
from simulator.clock import DAY, add_interval
from simulator.contacts import Contact, meet
from simulator.contracts import Account
from simulator.courses import Course, courses
from simulator.crm_sales import RenewalDeal, renewal_deals
from simulator.ids import salesforce_id
from simulator.pay import Pay, enlist
from simulator.records import Records
from simulator.relationship import Relationship
from simulator.staff import Staff, hire
from simulator.support import Support
from simulator.usage import Usage, use
from simulator.voice import Voice

#: CRM activity, the support desk and surveys begin so many days before product analytics.
HEAD_START = 120


@dataclass(eq=False)
class Success:
    """All facts of the sources beside billing."""

    book: Book
    courses: dict[int, Course]
    contacts: dict[int, list[Contact]]
    staff: Staff
    usage: Usage
    voice: Voice
    records: Records
    pay: Pay
    notices: dict[int, int]  # number of the renewal opportunity -> moment notice was given


def succeed(book: Book, usage_months: int) -> Success:
    """Let everything beside billing happen; the book itself is not touched."""
    since = max(
        add_interval((book.end_day + 1) * DAY, "month", -usage_months) // DAY, book.start_day
    )
    earlier = max(since - HEAD_START, book.start_day)
    records = Records()
    staff = hire(book, records)
    pay = enlist(book, staff, records)
    found = courses(book)
    numbers = [0]
    contacts = {number: meet(book, course, records, numbers) for number, course in found.items()}
    support, voice = Support(book, records, earlier), Voice(book, records, earlier)
    relationship = Relationship(book, records, staff, earlier)
    for number, course in found.items():
        relationship.live(course, contacts[number])
        support.serve(course, contacts[number], external_id(course.account))
        voice.ask(course, contacts[number])
    notices = {}
    for deal in renewal_deals(book):
        course = found.get(deal.subscription.account.number)
        if course is not None and deal.subscription.account.in_crm:
            notice = relationship.renewal(course, _as_opportunity(book, deal))
            if notice is not None:
                notices[deal.number] = notice
    usage = use(book, since, [(course, contacts[number]) for number, course in found.items()])
    _identify(book, records, usage)
    return Success(book, found, contacts, staff, usage, voice, records, pay, notices)


def _as_opportunity(book: Book, deal: RenewalDeal) -> tuple[str, int, int, int | None]:
    sub, asked = deal.subscription, None
    # A contract that is to end in the future is not lost yet, but may be under notice.
    is_pending = sub.cancel_at_period_end and sub.cancel_at == deal.end
    if sub.canceled_at is not None and (
        is_pending or (not deal.is_won and sub.canceled_at < deal.end)
    ):
        asked = sub.canceled_at
    return salesforce_id(book.seed, "006", deal.number), deal.opened, deal.end, asked


def has_billing_group(account: Account) -> bool:
    """Whether the product knows the account by its billing customer's id."""
    customer = account.customers[0] if account.customers else None
    if customer is None:
        return False
    return not account.in_crm or customer.links[-1][1] is None or account.number % 23 == 5


def external_id(account: Account) -> str:
    """Return the id by which the support desk knows the account: CRM, else billing."""
    if account.customers and (has_billing_group(account) or account.number % 19 == 7):
        return account.customers[0].key
    return account.key


def group_id(account: Account) -> str:
    """Return the id of the account's group in product analytics."""
    if has_billing_group(account):
        return account.customers[0].key
    return f"grp_{account.number}"


def _identify(book: Book, records: Records, usage: Usage) -> None:
    """Write segment.identifies and segment.groups: who each user is, what each group."""
    seen: dict[int, int] = {}
    for user in usage.users:
        for index, (at, account) in enumerate(user.groups):
            row = (
                f"idt_{user.number}_{index}", user.user_id, at, at + 2, user.email, user.name,
                "Analyst" if user.role == "editor" else "Manager", user.role, group_id(account),
            )  # fmt: skip
            records.add("segment.identifies", (at + 2, row))
            if account.number not in seen or at < seen[account.number]:
                seen[account.number] = at
    first = {user.groups[0][1].number: user for user in reversed(usage.users)}
    by_number = {account.number: account for account in book.accounts}
    for number, at in sorted(seen.items()):
        account = by_number[number]
        key = None if has_billing_group(account) else account.key
        if key is not None and number % 37 == 11:
            key = key[:15]  # the short form of a Salesforce id
        user_id = first[number].user_id if number in first else None
        row = (f"grp_msg_{number}", group_id(account), user_id, at, at + 3, account.name, None, key)
        records.add("segment.groups", (at + 3, row))
