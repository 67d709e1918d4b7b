"""What a subscription is billed: regular lines, prorations, usage, payments and their failure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from simulator.catalog import Coupon, Price
from simulator.clock import DAY, HOUR
from simulator.contracts import Account, Customer, Discount, Invoice, Item, Line, State
from simulator.money import round_half_away

if TYPE_CHECKING:
    from simulator.book import Book

#: How a failed payment goes on: (recovers | unpaid | cancels, days until, days until the end).
Failure = tuple[str, int, int | None]


class Billing:
    """The billing half of a subscription; see `Subscription` for what is agreed."""

    book: Book
    customer: Customer
    account: Account
    status: str
    pause: str | None
    failure: Failure | None
    period_start: int
    period_end: int
    items: list[Item]
    invoices: list[Invoice]
    discounts: list[Discount]
    touches: list[int]
    _now: int
    _pending: list[Line]
    _extras: list[Line]
    plan: Callable
    cancel: Callable
    set_status: Callable
    settle_debts: Callable

    def _new_item(self, at: int, price: Price, quantity: int) -> Item:
        item = Item(self.book.next_number("si"), self, at, [State(at, price, quantity)])
        self.items.append(item)
        return item

    def _new_discount(
        self, at: int, coupon: Coupon, tables: tuple[str, ...] = ("discount",)
    ) -> Discount:
        discount = self.book.new_discount(coupon, at, tables)
        discount.subscription = self
        self.discounts.append(discount)
        return discount

    def live_items(self) -> list[Item]:
        """Return the items that have not been removed."""
        return [item for item in self.items if item.deleted is None]

    def _settle(self, at: int, lines: list[Line], proration: str) -> None:
        self.touches.append(at)
        if proration == "next":
            self._pending += lines
        elif lines:
            self._bill(at, lines, "subscription_update")

    def _proration(self, at: int, item: Item, old: State | None, new: State | None) -> list[Line]:
        left, span = self.period_end - at, self.period_end - self.period_start
        price = (old or new).price
        if left <= 0 or self.status == "trialing" or price.is_metered:
            return []
        lines = []
        for state, sign, kind in ((old, -1, "unused"), (new, 1, "remaining")):
            if state is not None:
                full = state.price.full_amount(state.quantity)
                amount = sign * round_half_away(Fraction(full * left, span))
                lines.append(Line(item, state, kind, state.quantity, amount, at, self.period_end))
        return lines

    def _regular_lines(self) -> list[Line]:
        start, end, lines = self.period_start, self.period_end, []
        is_trial = self.status == "trialing"
        for item in self.live_items():
            state = item.states[-1]
            if state.price.is_metered:
                continue
            if is_trial:
                lines.append(Line(item, state, "trial", state.quantity, 0, start, end))
                continue
            for quantity, amount in state.price.parts(state.quantity):
                lines.append(Line(item, state, "regular", quantity, amount, start, end))
        return lines

    def _usage_lines(self, start: int, end: int) -> list[Line]:
        lines = []
        for item in self.live_items():
            state = item.states[-1]
            if state.price.is_metered:
                used = 200 + (item.number * 7919 + start // DAY * 31) % 4000
                amount = round_half_away(state.price.amount * used)
                lines.append(Line(item, state, "metered", used, amount, start, end))
        return lines

    def _bill(self, at: int, lines: list[Line], reason: str, before: int | None = None) -> None:
        if self._pending:
            self.account.tags.add("next_invoice")
        lines = lines + self._pending + self._extras
        self._pending, self._extras = [], []
        invoice = Invoice(
            number=self.book.next_number("in"),
            subscription=self,
            customer=self.customer,
            created=at,
            reason=reason,
            period_start=at if before is None else before,
            period_end=at,
            lines=lines,
        )
        self.invoices.append(invoice)
        for line in lines:
            if line.item is not None:
                line.item.lines.append((invoice, line))
        total = sum(line.amount for line in lines)
        invoice.discount_amount = self._discounted(at, total)
        invoice.is_draft = self.status == "unpaid" or self.pause is not None
        self._collect(at, invoice, total)

    def _discounted(self, at: int, total: int) -> int:
        off = 0
        given = [found for found in self.discounts if found.is_in_force(at)]
        given = given or [found for found in self.customer.discounts if found.is_in_force(at)]
        for found in given:
            used = any(invoice.created >= found.start for invoice in self.invoices[:-1])
            if found.coupon.duration == "once" and used:
                continue
            if found.coupon.percent_off is not None:
                off += round_half_away((max(total, 0) - off) * found.coupon.percent_off / 100)
            elif found.coupon.currency == self.customer.currency:
                off += found.coupon.amount_off
        return min(max(off, 0), max(total, 0))

    def _collect(self, at: int, invoice: Invoice, total: int) -> None:
        if self.status in ("unpaid", "past_due", "incomplete") or invoice.is_draft:
            return
        if self.failure is None or total <= 0 or invoice.reason != "subscription_cycle":
            invoice.paid_at = at if total <= 0 else at + HOUR + 60 + invoice.number * 7919 % 1500
            return
        outcome, days, more = self.failure
        self.failure = None
        invoice.attempts = 4
        self.plan(at + HOUR + 300, _fall_behind)
        steps = {"recovers": _recover, "cancels": _give_up, "unpaid": _write_off}
        self.plan(at + days * DAY + 2 * HOUR, steps[outcome])
        if outcome == "unpaid" and more is not None:
            self.plan(at + more * DAY + 3 * HOUR, _give_up)


def _fall_behind(subscription: Billing, at: int) -> None:
    if subscription.status == "active":
        subscription.set_status(at, "past_due")


def _recover(subscription: Billing, at: int) -> None:
    if subscription.status in ("past_due", "unpaid"):
        subscription.settle_debts(at)


def _write_off(subscription: Billing, at: int) -> None:
    if subscription.status == "past_due":
        subscription.set_status(at, "unpaid")


def _give_up(subscription: Billing, at: int) -> None:
    if subscription.status in ("past_due", "unpaid"):
        subscription.cancel(at)
