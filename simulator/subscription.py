"""One subscription as a small machine: what is agreed, what is billed for it, and when.

Actions come in order of time. Each first lets the periods run out that end before it, so a
renewal bills what was agreed at that moment. A proration goes on an invoice of its own
(`now`), waits for the next invoice (`next`) or is not made at all (`none`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.billing import Billing, Failure
from simulator.catalog import Coupon, Price
from simulator.clock import DAY, add_interval, moment
from simulator.contracts import Customer, Discount, Invoice, Item, Line, State, Version

if TYPE_CHECKING:
    from simulator.book import Book

When = str | int


class Subscription(Billing):
    """A subscription; create it through `Book.subscribe`.

    `after_trial` is what a trial turns into: active, paused (no payment method) or canceled.
    """

    def __init__(
        self,
        book: Book,
        customer: Customer,
        at: When,
        items: list[tuple[Price, int]],
        *,
        trial_days: int = 0,
        after_trial: str = "active",
        status: str = "active",
        coupon: Coupon | None = None,
        failure: Failure | None = None,
    ) -> None:
        at = moment(at)
        self.book = book
        self.number = book.next_number("sub")
        self.customer = customer
        self.account = customer.account
        self.created = self._now = at
        self.trial_end = at + trial_days * DAY if trial_days else None
        self.after_trial = after_trial
        self.status = "trialing" if trial_days else status
        self.cancel_at_period_end = False
        self.cancel_at: int | None = None
        self.canceled_at: int | None = None
        self.ended_at: int | None = None
        self.pause: str | None = None
        self.failure = failure
        self.items: list[Item] = []
        self.invoices: list[Invoice] = []
        self.versions: list[Version] = []
        self.touches: list[int] = []
        self.discounts: list[Discount] = []
        self._pending: list[Line] = []
        self._extras: list[Line] = []
        self._agenda: list[tuple[int, int, Callable[[Subscription, int], None]]] = []
        price = items[0][0]
        self.interval = (price.unit, price.count)
        self.anchor = self.trial_end or at
        self.cycle = 0 if trial_days else 1
        self.period_start = at
        self.period_end = self._boundary()
        for item_price, quantity in items:
            self._new_item(at, item_price, quantity)
        if coupon is not None:
            self._new_discount(at, coupon)
        self._bill(at, self._regular_lines(), "subscription_create")
        self._record(at)

    # ------------------------------------------------------------------ time
    @property
    def is_over(self) -> bool:
        """Whether the subscription has ended."""
        return self.status in ("canceled", "incomplete_expired")

    def plan(self, at: When, action: Callable[[Subscription, int], None]) -> None:
        """Put an action on the agenda; it gets the subscription and the moment."""
        heapq.heappush(self._agenda, (moment(at), self.book.next_number("agenda"), action))

    def advance(self, until: int) -> None:
        """Let everything happen that is due before `until`."""
        while True:
            renewal = self.period_end if self._renews() else None
            planned = self._agenda[0][0] if self._agenda else None
            if planned is not None and (renewal is None or planned <= renewal):
                if planned >= until:
                    return
                at, _, action = heapq.heappop(self._agenda)
                action(self, max(at, self._now))
                self._now = max(at, self._now)
            elif renewal is not None and renewal < until:
                self._now = renewal
                self._renew(renewal)
            else:
                return

    def _renews(self) -> bool:
        return self.status in ("active", "past_due", "unpaid", "trialing")

    def _go(self, at: When) -> int:
        at = moment(at)
        if at < self._now:
            raise ValueError(f"{at} is before the last event of the subscription ({self._now})")
        self.advance(at)
        self._now = at
        return at

    def _boundary(self) -> int:
        return add_interval(self.anchor, self.interval[0], self.interval[1] * self.cycle)

    def _renew(self, at: int) -> None:
        if self.cancel_at_period_end:
            self._end(at, at)
            return
        if self.status == "trialing":
            if self.after_trial == "canceled":
                self._end(at, at)
                return
            if self.after_trial == "paused":
                self.status = "paused"
                self._record(at)
                return
            self.status = "active"
        before = self.period_start
        self.cycle += 1
        self.period_start, self.period_end = at, self._boundary()
        lines = self._regular_lines() + self._usage_lines(before, at)
        self._bill(at, lines, "subscription_cycle", before)
        self._record(at)

    # ------------------------------------------------------------- agreements
    def change(
        self,
        at: When,
        item: Item,
        *,
        price: Price | None = None,
        quantity: int | None = None,
        proration: str = "now",
    ) -> None:
        """Agree on another price of the same interval, another quantity, or both."""
        at = self._go(at)
        old = item.states[-1]
        seats = old.quantity if quantity is None else quantity
        new = State(at, price or old.price, seats)
        lines = [] if proration == "none" else self._proration(at, item, old, new)
        item.states.append(new)
        if proration == "none":
            self.account.tags.add("unprorated")
        self._settle(at, lines, proration)

    def add_item(self, at: When, price: Price, quantity: int, *, proration: str = "now") -> Item:
        """Add an item in the middle of a period."""
        at = self._go(at)
        item = self._new_item(at, price, quantity)
        if proration == "none":
            self.account.tags.add("unprorated")
        lines = [] if proration == "none" else self._proration(at, item, None, item.states[0])
        self._settle(at, lines, proration)
        return item

    def remove_item(self, at: When, item: Item, *, proration: str = "now") -> None:
        """Remove an item; the connector deletes its row."""
        at = self._go(at)
        lines = [] if proration == "none" else self._proration(at, item, item.states[-1], None)
        item.deleted = at
        self.account.tags.add("deleted_item")
        self._settle(at, lines, proration)

    def swap_item(
        self, at: When, item: Item, price: Price, quantity: int, *, proration: str = "now"
    ) -> Item:
        """Replace an item by a new one of another price on one invoice."""
        at = self._go(at)
        new = self._new_item(at, price, quantity)
        lines = []
        if proration != "none":
            lines = self._proration(at, item, item.states[-1], None)
            lines += self._proration(at, new, None, new.states[0])
        item.deleted = at
        self.account.tags.add("deleted_item")
        self._settle(at, lines, proration)
        return new

    def change_interval(
        self, at: When, prices: dict[Item, Price], *, proration: str = "now"
    ) -> None:
        """Move all items to prices of another interval: the billing cycle starts anew."""
        at = self._go(at)
        lines = []
        for item, price in prices.items():
            old = item.states[-1]
            if proration != "none":
                lines += self._proration(at, item, old, None)
            item.states.append(State(at, price, old.quantity))
            self.interval = (price.unit, price.count)
        self.anchor, self.cycle = at, 1
        before = self.period_start
        self.period_start, self.period_end = at, self._boundary()
        self.account.tags.add("interval_change")
        self._bill(at, lines + self._regular_lines(), "subscription_update", before)
        self._record(at)

    def cancel(
        self,
        at: When,
        *,
        at_period_end: bool = False,
        ended: When | None = None,
        prorate: bool = False,
    ) -> None:
        """Cancel at once (`ended` for a backdated end of service) or at the period's end."""
        at = self._go(at)
        self.canceled_at = at
        if at_period_end:
            self.cancel_at_period_end = True
            self.cancel_at = self.period_end
            self._record(at)
            return
        if prorate:
            lines = []
            for item in self.live_items():
                lines += self._proration(at, item, item.states[-1], None)
            if lines:
                self._bill(at, lines, "subscription_update")
        self._end(at, at if ended is None else moment(ended))

    def withdraw(self, at: When) -> None:
        """Take a cancellation at period end back."""
        at = self._go(at)
        self.cancel_at_period_end, self.cancel_at, self.canceled_at = False, None, None
        self._record(at)

    def transfer(self, at: When, customer: Customer) -> None:
        """Hand the subscription to another billing customer."""
        at = self._go(at)
        self.customer = customer
        self._record(at)

    def discount(
        self, at: When, coupon: Coupon, tables: tuple[str, ...] = ("discount",)
    ) -> Discount:
        """Give the subscription a coupon from a moment on."""
        at = self._go(at)
        found = self._new_discount(at, coupon, tables)
        self.touches.append(at)
        return found

    def remove_discount(self, at: When, discount: Discount) -> None:
        """Take a discount away before its end; the connector deletes its row."""
        at = self._go(at)
        discount.removed = at
        self.touches.append(at)

    def pause_collection(self, at: When, behavior: str | None = "keep_as_draft") -> None:
        """Pause (or with None resume) the collection of payments; the status stays."""
        at = self._go(at)
        self.pause = behavior
        self._record(at)

    def resume(self, at: When) -> None:
        """Resume a subscription that a trial without payment method left paused."""
        at = self._go(at)
        self.anchor, self.cycle, self.status = at, 1, "active"
        self.period_start, self.period_end = at, self._boundary()
        self._bill(at, self._regular_lines(), "subscription_cycle")
        self._record(at)

    def activate(self, at: When) -> None:
        """Pay the first invoice of an incomplete subscription."""
        self.settle_debts(at)

    def expire(self, at: When) -> None:
        """Let an incomplete subscription expire: its first invoice is voided."""
        at = self._go(at)
        for invoice in self.invoices:
            invoice.voided_at = at
        self.status, self.ended_at = "incomplete_expired", at
        self._record(at)

    def set_status(self, at: When, status: str) -> None:
        """Record another status without anything else (for scripted stories)."""
        at = self._go(at)
        self.status = status
        self._record(at)

    def settle_debts(self, at: When) -> None:
        """Pay all open invoices: past_due, unpaid and incomplete turn active."""
        at = self._go(at)
        for invoice in self.invoices:
            if invoice.paid_at is None and not invoice.is_void(at):
                invoice.paid_at, invoice.is_draft = at, False
        self.status = "active"
        self._record(at)

    def one_off(self, amount: int, description: str, price: Price | None = None) -> None:
        """Put a one-off charge in minor units on the next invoice."""
        line = Line(None, None, "one_off", 1, amount, self._now, self._now, description, price)
        self._extras.append(line)

    def _end(self, at: int, ended: int) -> None:
        self.status, self.ended_at = "canceled", ended
        if self.canceled_at is None:
            self.canceled_at = at
        self.cancel_at_period_end = False
        for invoice in self.invoices:
            if invoice.is_draft:
                invoice.deleted_at = at
            elif invoice.paid_at is None and invoice.voided_at is None:
                invoice.uncollectible_at = at
        self._pending = []
        self._record(at)

    def _record(self, at: int) -> None:
        version = Version(
            at,
            self.status,
            self.customer,
            self.period_start,
            self.period_end,
            self.cancel_at_period_end,
            self.cancel_at,
            self.canceled_at,
            self.ended_at,
            self.pause,
            self.invoices[-1] if self.invoices else None,
        )
        if self.versions and self.versions[-1].start == at:
            self.versions.pop()
        self.versions.append(version)
        self.touches.append(at)
