"""Invoices and their lines as the connector holds them at a moment; see `emit_stripe`."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.book import Book
from simulator.clock import DAY
from simulator.contracts import Invoice, Line
from simulator.knowledge import WRITE_DELAY
from simulator.subscription import Subscription


class InvoiceTables:
    """What all emitted tables share, and the two largest of them."""

    def __init__(self, book: Book, known: int, since: int | None, is_batch: bool) -> None:
        self.book = book
        self.known = known
        self.since = -1 if since is None else since
        self.is_batch = is_batch
        self.slot = book.schedule.slot
        self._keys: dict[tuple[str, int], str] = {}

    def key(self, prefix: str, number: int) -> str:
        """Return (and remember) the id of a number."""
        found = self._keys.get((prefix, number))
        if found is None:
            found = self._keys[(prefix, number)] = self.book.key(prefix, number)
        return found

    def _synced(self, table: str, change: int) -> int | None:
        """Return `_fivetran_synced` of a change, None if an earlier landing had it."""
        slot = self.slot(change)
        return slot + WRITE_DELAY[table] if slot > self.since else None

    def _seen_subscriptions(self) -> Iterator[Subscription]:
        for subscription in self.book.subscriptions:
            if max(subscription.created, subscription.account.first_sync) <= self.known:
                yield subscription

    def invoice(self) -> Iterator[tuple]:
        """Yield rows of stripe.invoice."""
        known = self.known
        for sub in self._seen_subscriptions():
            first, sub_key = sub.account.first_sync, self.key("sub", sub.number)
            currency, livemode = sub.customer.currency, sub.customer.livemode
            for invoice in sub.invoices:
                if invoice.created > known:
                    break
                synced = self._synced("invoice", max(invoice.last_change(known), first))
                if synced is None:
                    continue
                status, moments = _invoice_status(invoice, known)
                credited = invoice.credit_amount if invoice.credited_at <= known else 0
                due = max(invoice.total, 0) - credited
                paid = status == "paid"
                refunded_at = invoice.refunded_at if invoice.number % 2 else None
                charged = invoice.is_charged(known)
                yield (
                    self.key("in", invoice.number),
                    f"PRN-{invoice.number + 1:07d}",
                    invoice.customer.key,
                    sub_key,
                    status,
                    paid,
                    invoice.reason,
                    currency,
                    invoice.created,
                    invoice.period_start,
                    invoice.period_end,
                    None,
                    self.key("ch", invoice.number * 10) if charged else None,
                    invoice.subtotal,
                    invoice.tax,
                    invoice.total,
                    credited,
                    invoice.refund_amount if refunded_at and refunded_at <= known else 0,
                    due,
                    due if paid else 0,
                    0 if paid else due,
                    invoice.attempts,
                    status != "draft",
                    status == "open",
                    *moments,
                    invoice.deleted_at is not None and invoice.deleted_at <= known,
                    livemode,
                    synced,
                )

    def invoice_line_item(self) -> Iterator[tuple]:
        """Yield rows of stripe.invoice_line_item."""
        legacy_until = (self.book.start_day + 120) * DAY
        for sub in self._seen_subscriptions():
            first, sub_key = sub.account.first_sync, self.key("sub", sub.number)
            currency, livemode = sub.customer.currency, sub.customer.livemode
            for invoice in sub.invoices:
                if invoice.created > self.known:
                    break
                synced = self._synced("invoice_line_item", max(invoice.created, first))
                if synced is None:
                    continue
                invoice_key = self.key("in", invoice.number)
                is_legacy = invoice.created < legacy_until and len(invoice.lines) == 1
                for index, line in enumerate(invoice.lines):
                    price = line.price if line.item is None else line.state.price
                    number = invoice.number * 100 + index
                    proration = line.kind in ("unused", "remaining")
                    extra = proration or line.kind == "one_off"
                    price_key = None if price is None else self.key("price", price.number)
                    key = self.book.key("il", number)
                    row = (
                        sub_key if is_legacy and not extra else key,
                        invoice_key,
                        f"ii_{key[3:]}" if extra else None,
                        sub_key,
                        None if line.item is None else self.key("si", line.item.number),
                        price_key,
                        price_key,
                        "invoiceitem" if extra else "subscription",
                        proration,
                        line.quantity,
                        line.amount,
                        currency,
                        line.description or _describe(line),
                        not proration,
                        line.period_start,
                        line.period_end,
                        livemode,
                        synced,
                    )
                    yield (*row, False) if self.is_batch else row


def _invoice_status(invoice: Invoice, known: int) -> tuple[str, tuple]:
    finalized = None if invoice.is_draft else invoice.created + 3600
    if finalized is not None and invoice.paid_at is not None:
        finalized = min(finalized, invoice.paid_at)
    changes = (finalized, invoice.paid_at, invoice.voided_at, invoice.uncollectible_at)
    moments = tuple(at if at is not None and at <= known else None for at in changes)
    if moments[2] is not None:
        return "void", moments
    if moments[1] is not None:
        return "paid", moments
    if moments[3] is not None:
        return "uncollectible", moments
    return ("draft" if moments[0] is None else "open"), moments


def _describe(line: Line) -> str:
    name = line.state.price.product.name
    if line.kind == "unused":
        return f"Unused time on {line.quantity} x {name}"
    if line.kind == "remaining":
        return f"Remaining time on {line.quantity} x {name}"
    if line.kind == "trial":
        return f"Trial period for {name}"
    return f"{line.quantity} x {name}"
