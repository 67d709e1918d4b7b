"""Charges, refunds and credit notes as the connector holds them at a moment; see `emit_stripe`."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.clock import HOUR
from simulator.contracts import Invoice
from simulator.emit_invoices import InvoiceTables


class PaymentTables(InvoiceTables):
    """Emits what became of an invoice's money."""

    def charge(self) -> Iterator[tuple]:
        """Yield rows of stripe.charge: a failed attempt, and the one that paid."""
        for invoice, first in self._billed():
            created = invoice.created + HOUR + 60
            if invoice.attempts > 1 and created <= self.known:
                synced = self._synced("charge", max(created, first))
                if synced is not None:
                    yield self._charge(invoice, 1, created, "failed", 0, synced)
            if not invoice.is_charged(self.known):
                continue
            refunded_at = invoice.refunded_at
            is_refunded = refunded_at is not None and refunded_at <= self.known
            change = refunded_at if is_refunded else invoice.paid_at
            synced = self._synced("charge", max(change, first))
            if synced is not None:
                refunded = invoice.refund_amount if is_refunded else 0
                yield self._charge(invoice, 0, invoice.paid_at, "succeeded", refunded, synced)

    def _charge(
        self, invoice: Invoice, attempt: int, created: int, status: str, refunded: int, synced: int
    ) -> tuple:
        return (
            self.key("ch", invoice.number * 10 + attempt),
            invoice.customer.key,
            self.key("in", invoice.number),
            status,
            status == "succeeded",
            status == "succeeded",
            invoice.customer.currency,
            invoice.amount_due,
            refunded,
            refunded == invoice.amount_due,
            created,
            invoice.customer.livemode,
            synced,
        )

    def refund(self) -> Iterator[tuple]:
        """Yield rows of stripe.refund."""
        for invoice, first in self._refunded():
            synced = self._synced("refund", max(invoice.refunded_at, first))
            if synced is not None:
                yield (
                    self.key("re", invoice.number),
                    self.key("ch", invoice.number * 10),
                    "succeeded",
                    invoice.customer.currency,
                    invoice.refund_amount,
                    "requested_by_customer",
                    invoice.refunded_at,
                    synced,
                )

    def credit_note(self) -> Iterator[tuple]:
        """Yield rows of stripe.credit_note: before the payment, or paid out by a refund."""
        for invoice, first in self._billed():
            if not invoice.credit_amount or invoice.credited_at > self.known:
                continue
            synced = self._synced("credit_note", max(invoice.credited_at, first))
            if synced is not None:
                kind = ("pre_payment", None)
                yield self._note(
                    invoice, 0, kind, invoice.credit_amount, invoice.credited_at, synced
                )
        for invoice, first in self._refunded():
            if invoice.number % 2:
                synced = self._synced("credit_note", max(invoice.refunded_at, first))
                if synced is not None:
                    kind = ("post_payment", self.key("re", invoice.number))
                    yield self._note(
                        invoice, 1, kind, invoice.refund_amount, invoice.refunded_at, synced
                    )

    def _note(
        self,
        invoice: Invoice,
        index: int,
        kind: tuple[str, str | None],
        amount: int,
        created: int,
        synced: int,
    ) -> tuple:
        return (
            self.key("cn", invoice.number * 10 + index),
            self.key("in", invoice.number),
            kind[1],
            "issued",
            kind[0],
            "order_change",
            invoice.customer.currency,
            amount,
            created,
            None,
            invoice.customer.livemode,
            synced,
        )

    def _billed(self) -> Iterator[tuple[Invoice, int]]:
        for sub in self._seen_subscriptions():
            for invoice in sub.invoices:
                if invoice.created > self.known:
                    break
                if invoice.amount_due > 0:
                    yield invoice, sub.account.first_sync

    def _refunded(self) -> Iterator[tuple[Invoice, int]]:
        for invoice, first in self._billed():
            if invoice.refunded_at is not None and invoice.refunded_at <= self.known:
                yield invoice, first
