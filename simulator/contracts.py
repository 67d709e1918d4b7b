"""The parties and what they agreed: accounts, billing customers, items, discounts, invoices.

These are facts with their moments. What the raw tables show of them, and when, is the
business of `knowledge`; what they are worth that of `truth`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from simulator.clock import DAY, HOUR, add_interval
from simulator.money import round_half_away

if TYPE_CHECKING:
    from simulator.catalog import Coupon, Price
    from simulator.subscription import Subscription


@dataclass(eq=False)
class Account:
    """A customer company as the CRM knows it.

    `first_sync` is the first run of the connector that brings its billing rows (0: from the
    beginning); `is_collapsed` means that subscription_history holds only the last version.
    """

    number: int
    key: str
    name: str
    created: int
    in_crm: bool = True
    is_internal: bool = False
    is_test: bool = False
    is_collapsed: bool = False
    first_sync: int = 0
    owner: int = 0
    size: str | None = None
    industry: str | None = None
    country: str | None = None
    employees: int | None = None
    parent: Account | None = None
    merged_into: Account | None = None
    merged_at: int | None = None
    tags: set[str] = field(default_factory=set)
    customers: list[Customer] = field(default_factory=list)

    def survivor(self, known: int) -> Account:
        """Return the account this one is an alias of, as known at a moment."""
        account = self
        while account.merged_into is not None and account.merged_at <= known:
            account = account.merged_into
        return account


@dataclass(eq=False)
class Customer:
    """A billing customer. `links` holds (moment, account or None) of its CRM reference."""

    number: int
    key: str
    account: Account
    created: int
    currency: str
    livemode: bool = True
    deleted: int | None = None
    short_link: bool = False
    links: list[tuple[int, Account | None]] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    touches: list[int] = field(default_factory=list)

    def linked_account(self, known: int) -> Account | None:
        """Return the CRM account its metadata names at a moment, None without one."""
        found = self.links[0][1]
        for since, account in self.links:
            if since <= known:
                found = account
        return found

    def account_key(self, known: int, crm: bool = True) -> str:
        """Return the account_id of the warehouse: the CRM account's, else its own id."""
        account = self.linked_account(known) if crm else None
        if account is None or not account.in_crm:
            return self.key
        return account.survivor(known).key

    def is_excluded(self, known: int) -> bool:
        """Whether its revenue is left out: test mode or an internal account."""
        account = self.linked_account(known)
        return not self.livemode or (account is not None and account.survivor(known).is_internal)


class State(NamedTuple):
    """What is agreed on an item from a moment on."""

    agreed: int
    price: Price
    quantity: int


@dataclass(eq=False, slots=True)
class Item:
    """A subscription item with its states in order and the lines billed for it."""

    number: int
    subscription: Subscription
    created: int
    states: list[State]
    deleted: int | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def price(self) -> Price:
        """The price agreed last."""
        return self.states[-1].price

    @property
    def quantity(self) -> int:
        """The quantity agreed last."""
        return self.states[-1].quantity

    def state_at(self, known: int) -> State:
        """Return the state in force at a moment (the first one before it)."""
        found = self.states[0]
        for state in self.states:
            if state.agreed > known:
                break
            found = state
        return found


class Line(NamedTuple):
    """One invoice line. `kind`: regular, trial, metered, unused, remaining or one_off.

    `amount` is in minor units before discounts, `state` what it bills (None: no item).
    """

    item: Item | None
    state: State | None
    kind: str
    quantity: int
    amount: int
    period_start: int
    period_end: int
    description: str | None = None
    price: Price | None = None


@dataclass(eq=False, slots=True)
class Invoice:
    """An invoice and the moments at which it changed; known from `created` on."""

    number: int
    subscription: Subscription
    customer: Customer
    created: int
    reason: str
    period_start: int
    period_end: int
    lines: list[Line]
    discount_amount: int = 0
    paid_at: int | None = None
    voided_at: int | None = None
    uncollectible_at: int | None = None
    deleted_at: int | None = None
    is_draft: bool = False
    attempts: int = 1

    @property
    def subtotal(self) -> int:
        """Sum of the lines, in minor units."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """Tax on what is left after discounts, for customers who are billed in euros."""
        if self.customer.currency != "eur":
            return 0
        return round_half_away(Fraction(max(self.subtotal - self.discount_amount, 0) * 19, 100))

    @property
    def total(self) -> int:
        """What the invoice comes to; below zero it is a credit."""
        return self.subtotal - self.discount_amount + self.tax

    @property
    def credit_amount(self) -> int:
        """What a credit note takes off before the payment, of some invoices."""
        if self.is_draft or self.number % 89 != 7 or self.paid_at is None:
            return 0
        return max(self.total, 0) // 20 if self.paid_at > self.credited_at else 0

    @property
    def credited_at(self) -> int:
        """The moment of that credit note."""
        return self.created + HOUR + 30

    @property
    def amount_due(self) -> int:
        """What is to be paid."""
        return max(self.total, 0) - self.credit_amount

    def is_charged(self, known: int) -> bool:
        """Whether money was taken for it by a moment."""
        return self.amount_due > 0 and self.is_paid(known) and not self.is_void(known)

    @property
    def refunded_at(self) -> int | None:
        """The moment at which a tenth of some paid invoices is given back."""
        if self.number % 97 != 13 or self.paid_at is None or self.amount_due < 10:
            return None
        is_dead = self.voided_at is not None or self.deleted_at is not None
        return None if is_dead else self.paid_at + 3 * DAY + 2 * HOUR

    @property
    def refund_amount(self) -> int:
        """What is given back then."""
        return self.amount_due // 10

    def is_void(self, known: int) -> bool:
        """Whether it was voided or deleted by a moment."""
        return (self.voided_at is not None and self.voided_at <= known) or (
            self.deleted_at is not None and self.deleted_at <= known
        )

    def is_paid(self, known: int) -> bool:
        """Whether it was paid by a moment."""
        return self.paid_at is not None and self.paid_at <= known

    def last_change(self, known: int) -> int:
        """Return the moment of its latest change up to a moment."""
        changes = [self.created]
        finalized = None if self.is_draft else self.created + 3600
        for change in (
            finalized,
            self.paid_at,
            self.voided_at,
            self.uncollectible_at,
            self.deleted_at,
            self.refunded_at,
            self.credited_at if self.credit_amount else None,
        ):
            if change is not None and change <= known:
                changes.append(change)
        return max(changes)


@dataclass(eq=False, slots=True)
class Discount:
    """A coupon given to a subscription or to a customer from `start` to `end` (None: open).

    `removed` is the moment it was taken away before its end; the connector then deletes the
    row. `tables` names where its row stands: discount, subscription_discount or both.
    """

    number: int
    key: str
    coupon: Coupon
    start: int
    subscription: Subscription | None = None
    customer: Customer | None = None
    removed: int | None = None
    tables: tuple[str, ...] = ("discount",)

    @property
    def end(self) -> int | None:
        """The end the row shows: after the months of a repeating coupon, else None."""
        if self.coupon.duration != "repeating":
            return None
        return add_interval(self.start, "month", self.coupon.months)

    def is_in_force(self, at: int) -> bool:
        """Whether it was agreed for a moment."""
        ends = [moment for moment in (self.end, self.removed) if moment is not None]
        return self.start <= at and (not ends or at < min(ends))


class Version(NamedTuple):
    """One version of a subscription from `start` on, as subscription_history keeps it."""

    start: int
    status: str
    customer: Customer
    period_start: int
    period_end: int
    cancel_at_period_end: bool
    cancel_at: int | None
    canceled_at: int | None
    ended_at: int | None
    pause: str | None
    latest_invoice: Invoice | None
