"""A Stripe subscription as the connector shows it: versions, item rows, invoices, lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from scenarios.landing import Record, Row, moment, stamp

if TYPE_CHECKING:
    from scenarios.stripe_builder import Invoice, Story

OPEN_END = "9999-12-31 23:59:59.999"


@dataclass(eq=False)
class Item:
    """One item: what it is now, its row (None once deleted) and what a regular line shows.

    `tiers` are (quantity, amount) pairs: the lines of one invoice where a price is graduated.
    """

    id: str
    price: Record
    quantity: int | None
    record: Record | None
    tiers: list[tuple[int, int]] | None = None


@dataclass
class Pending:
    """A proration line that waits for the next invoice."""

    item: Item
    price: Record
    quantity: int | None
    start: datetime
    end: datetime
    amount: int


class Subscription:
    """Made by `Story.subscribe`. Times must not go backwards: bill up to a day, then change it."""

    def __init__(
        self,
        story: Story,
        customer: Record,
        prices: tuple[tuple[Record, int | None], ...],
        start: str,
        columns: Row,
    ) -> None:
        self.story = story
        self.landing = story.landing
        self.id = story.new_id("sub")
        self.currency = prices[0][0].row["currency"].lower()
        self.versions: list[Row] = []
        self.items: list[Item] = []
        self.pending: list[Pending] = []
        self.period_start = self.period_end = moment(start)
        first = {
            "id": self.id,
            "customer_id": customer.id,
            "status": "active",
            "created": moment(start),
            "start_date": moment(start),
            "billing_cycle_anchor": moment(start),
            "current_period_start": moment(start),
            "current_period_end": after(moment(start), prices[0][0]),
            "cancel_at_period_end": False,
            "livemode": True,
            "_fivetran_start": moment(start),
            "_fivetran_end": OPEN_END,
            "_fivetran_active": True,
            "_fivetran_synced": stamp(start),
        } | columns
        self._add_version(first)
        for price, quantity in prices:
            self._add_item(start, price, quantity)

    @property
    def customer_id(self) -> str:
        """The customer of the version in force."""
        return self.versions[-1]["customer_id"]

    @property
    def item(self) -> Item:
        """The first item."""
        return self.items[0]

    # ------------------------------------------------------------------------ versions

    def version(self, at: str | datetime, **changes: Any) -> Row:
        """A new version of the subscription's row from `at` on."""
        last, start = self.versions[-1], moment(at)
        if start == last["_fivetran_start"]:
            last.update(changes)
            return last
        assert start > last["_fivetran_start"], f"{self.id}: {start} comes too late in the story"
        closed = {"_fivetran_end": start - timedelta(milliseconds=1), "_fivetran_active": False}
        last.update(closed, _fivetran_synced=stamp(start))
        opened = {"_fivetran_end": OPEN_END, "_fivetran_active": True}
        return self._add_version(
            {
                **last,
                **opened,
                "_fivetran_start": start,
                "_fivetran_synced": stamp(start),
                **changes,
            }
        )

    def end(self, at: str, recorded: str | None = None, **changes: Any) -> None:
        """Service ends; it is recorded then, or at `recorded`. The items' rows stay."""
        ended = {"status": "canceled", "ended_at": moment(at), "canceled_at": moment(at)}
        self.version(recorded or at, **{**ended, **changes})

    def forget_versions(self, before: str, last_start: str | None = None) -> None:
        """The connector resynced: versions that began before `before` are gone.

        `last_start` moves the begin of the first one that is left.
        """
        for row in [row for row in self.versions if row["_fivetran_start"] < moment(before)]:
            self.versions.remove(row)
            self.landing.remove("stripe.subscription_history", row)
        if last_start:
            self.versions[0]["_fivetran_start"] = moment(last_start)

    def _add_version(self, row: Row) -> Row:
        self.versions.append(self.landing.add("stripe.subscription_history", row))
        return row

    # --------------------------------------------------------------------------- items

    def _add_item(self, at: str, price: Record, quantity: int | None) -> Item:
        row = {
            "id": self.story.new_id("si"),
            "subscription_id": self.id,
            self.landing.item_price_column: price.id,
            "quantity": quantity,
            "created": moment(at),
            "_fivetran_synced": stamp(at),
        }
        record = Record(self.landing, "stripe.subscription_item", row)
        item = Item(row["id"], price, quantity, record)
        self.items.append(item)
        return item

    def add_item(self, at: str, price: Record, quantity: int = 1, *, prorate: bool = True) -> Item:
        """Sell one more thing; a proration line shows it on the next invoice."""
        item = self._add_item(at, price, quantity)
        if prorate:
            amount = self._share(at, price, quantity)
            self._wait(item, at, price, quantity, amount)
        return item

    def change(
        self,
        at: str,
        item: Item | None = None,
        *,
        price: Record | None = None,
        quantity: int | None = None,
        prorate: bool = True,
        amounts: tuple[int, int] | None = None,
        own_invoice: bool = False,
    ) -> None:
        """Change quantity or price of an item, with its pair of proration lines.

        `amounts` gives the two lines' amounts (unused, remaining) where a price is tiered;
        `own_invoice` bills them at once instead of with the next period.
        """
        item = item or self.item
        old_price, old_quantity = item.price, item.quantity
        item.price = price or old_price
        item.quantity = old_quantity if quantity is None else quantity
        if prorate:
            unused, remaining = amounts or (
                -self._share(at, old_price, old_quantity),
                self._share(at, item.price, item.quantity),
            )
            self._wait(item, at, old_price, old_quantity, unused)
            self._wait(item, at, item.price, item.quantity, remaining)
        if own_invoice:
            self._bill_pending(self.story.invoice(self, at))
        if item.record:
            columns = {self.landing.item_price_column: item.price.id, "quantity": item.quantity}
            item.record.update(at, **columns)

    def remove_item(self, at: str, item: Item, *, credit: bool = True) -> None:
        """Drop an item: its row is deleted, and "unused time" alone stands on the next invoice."""
        if credit:
            unused = -self._share(at, item.price, item.quantity)
            self._wait(item, at, item.price, item.quantity, unused)
        self.items.remove(item)
        self.delete_row(item)

    def delete_row(self, item: Item) -> None:
        """The connector deletes the item's row."""
        assert item.record
        item.record.delete()
        item.record = None

    def renew_with(self, at: str, price: Record, quantity: int | None = None) -> None:
        """Change to a price of another interval: billing starts over, on an invoice of its own."""
        item = self.item
        unused = -self._share(at, item.price, item.quantity)
        self._wait(item, at, item.price, item.quantity, unused)
        self.change(at, price=price, quantity=quantity, prorate=False)
        self.period_end = moment(at)
        self.bill_period()

    # ------------------------------------------------------------------------- billing

    def bill(self, until: str | None = None, **columns: Any) -> None:
        """Invoice every period that begins before `until` (default: the end of today)."""
        limit = moment(until) if until else moment(self.landing.today) + timedelta(days=1)
        while self.period_end < limit:
            self.bill_period(**columns)

    def bill_trial(self, until: str) -> None:
        """The invoice over nothing with which a trial begins."""
        start, end = self.period_end, moment(until)
        invoice = self.story.invoice(self, start)
        for item in self.items:
            invoice.line(self, item.id, item.price, start, end, 0, item.quantity)
        self.period_start, self.period_end = start, end

    def bill_period(self, **columns: Any) -> Invoice:
        """Invoice the next period: what waited, and a regular line of each item."""
        start = self.period_end
        self.period_start, self.period_end = start, after(start, self.item.price)
        # A story may have written its last version's start as a text of its own.
        last_start = self.versions[-1]["_fivetran_start"]
        if isinstance(last_start, datetime) and start >= last_start:
            period = {"current_period_start": start, "current_period_end": self.period_end}
            self.version(start, **period)
        invoice = self.story.invoice(self, start, **columns)
        self._bill_pending(invoice)
        for item in self.items:
            for quantity, amount in item.tiers or [(item.quantity, _gross(item))]:
                invoice.line(self, item.id, item.price, start, self.period_end, amount, quantity)
        return invoice

    def _bill_pending(self, invoice: Invoice) -> None:
        for waiting in self.pending:
            invoice.line(
                self,
                waiting.item.id,
                waiting.price,
                waiting.start,
                waiting.end,
                waiting.amount,
                waiting.quantity,
                proration=True,
            )
        self.pending = []

    def _wait(self, item: Item, at: str, price: Record, quantity: int | None, amount: int) -> None:
        line = Pending(item, price, quantity, moment(at), self.period_end, amount)
        self.pending.append(line)

    def _share(self, at: str, price: Record, quantity: int | None) -> int:
        """What the rest of the period costs, in whole minor units."""
        rest = (self.period_end - moment(at)) / (self.period_end - self.period_start)
        return round(unit_amount(price) * (quantity or 0) * rest)


def unit_amount(price: Record) -> float:
    """Minor units for one unit and interval."""
    row = price.row
    return float(row.get("unit_amount_decimal") or row.get("unit_amount") or row.get("amount") or 0)


def after(start: datetime, price: Record) -> datetime:
    """The end of a billing period that begins at `start` (on a day up to the 28th)."""
    row = price.row
    interval = row.get("recurring_interval") or row.get("interval") or "month"
    count = row.get("recurring_interval_count") or row.get("interval_count") or 1
    if interval in ("day", "week"):
        return start + timedelta(days=count * (7 if interval == "week" else 1))
    months = start.month - 1 + count * (12 if interval == "year" else 1)
    return start.replace(year=start.year + months // 12, month=months % 12 + 1)


def _gross(item: Item) -> int:
    return round(unit_amount(item.price) * (item.quantity or 0))
