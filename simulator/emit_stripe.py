"""The billing tables as the connector holds them at a moment, as tuples per table.

`known` is the start of the connector's last run that counts; `since` (None: everything) the
start of the last run emitted before: only rows written after it come. Tuples follow
`tables.TABLES`; tables with hard deletes have a trailing `_fivetran_deleted` in batches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulator.catalog import Price
from simulator.clock import iso
from simulator.contracts import Customer, Discount
from simulator.emit_payments import PaymentTables
from simulator.knowledge import last_touch

FOREVER = 253_402_300_799  # 9999-12-31 23:59:59, how the connector leaves a version open


class StripeTables(PaymentTables):
    """Emits one landing's billing rows."""

    def customer(self) -> Iterator[tuple]:
        """Yield rows of stripe.customer."""
        for each in self.book.customers:
            first = each.account.first_sync
            if each.created > self.known or first > self.known:
                continue
            touch = last_touch(each.touches, each.created, self.known)
            gone = each.deleted is not None and each.deleted <= self.known
            touch = max(touch, each.deleted) if gone else touch
            synced = self._synced("customer", max(touch, first))
            if synced is None:
                continue
            yield (
                each.key,
                each.account.name,
                f"billing+{each.number}@example.com",
                each.currency,
                each.created,
                0,
                False,
                gone,
                each.livemode,
                each.account.country,
                _metadata(each, self.known),
                synced,
            )

    def subscription_history(self) -> Iterator[tuple]:
        """Yield rows of stripe.subscription_history, one per version."""
        for sub in self._seen_subscriptions():
            first = sub.account.first_sync
            versions = sub.versions
            count = len([each for each in versions if each.start <= self.known])
            if sub.account.is_collapsed:
                shown = [count - 1]
                if self.is_batch and self.since >= max(first, sub.created):
                    before = len([each for each in versions if each.start <= self.since]) - 1
                    shown = sorted({before, count - 1})
            else:
                oldest = len([each for each in versions if each.start <= first]) - 1
                shown = range(max(oldest, 0), count)
            for index in shown:
                version = versions[index]
                following = versions[index + 1].start if index + 1 < count else None
                start = max(version.start, first)
                synced = self._synced("subscription_history", following or start)
                if synced is None:
                    continue
                latest = version.latest_invoice
                yield (
                    self.key("sub", sub.number),
                    start,
                    FOREVER if following is None else following - 1,
                    following is None,
                    version.status,
                    version.customer.key,
                    sub.created,
                    sub.created,
                    version.period_start,
                    version.period_end,
                    version.cancel_at,
                    version.cancel_at_period_end,
                    version.canceled_at,
                    version.ended_at,
                    sub.created if sub.trial_end else None,
                    sub.trial_end,
                    self.key("in", latest.number) if latest else None,
                    version.pause,
                    "charge_automatically",
                    sub.customer.livemode,
                    "{}",
                    synced,
                )

    def subscription_item(self) -> Iterator[tuple]:
        """Yield rows of stripe.subscription_item."""
        for sub in self._seen_subscriptions():
            first = sub.account.first_sync
            for item in sub.items:
                if item.created > self.known:
                    continue
                gone = item.deleted is not None and item.deleted <= self.known
                if gone:
                    if not self.is_batch or max(item.created, first) > self.since:
                        continue
                    change = item.deleted
                else:
                    change = max(last_touch(sub.touches, item.created, self.known), first)
                synced = self._synced("subscription_item", change)
                if synced is None:
                    continue
                state = item.state_at(self.known)
                version = sub.versions[0]
                for each in sub.versions:
                    if each.start <= self.known:
                        version = each
                row = (
                    self.key("si", item.number),
                    self.key("sub", sub.number),
                    self.key("price", state.price.number),
                    None if state.price.is_metered else state.quantity,
                    item.created,
                    version.period_start,
                    version.period_end,
                    "{}",
                    synced,
                )
                yield (*row, gone) if self.is_batch else row

    def product(self) -> Iterator[tuple]:
        """Yield rows of stripe.product."""
        for each in self.book.catalog.products:
            synced = self._synced("product", each.created)
            if synced is not None:
                yield (
                    self.key("prod", each.number),
                    each.name,
                    True,
                    False,
                    each.livemode,
                    "service",
                    each.unit_label,
                    each.created,
                    each.created,
                    synced,
                )

    def price(self) -> Iterator[tuple]:
        """Yield rows of stripe.price."""
        for each, synced, retired in self._prices("price"):
            units = each.amount
            whole = units is not None and units.denominator == 1
            yield (
                self.key("price", each.number),
                self.key("prod", each.product.number),
                not retired,
                "tiered" if each.is_tiered else "per_unit",
                each.currency,
                each.created,
                False,
                each.product.livemode,
                "{}",
                each.nickname,
                each.unit,
                each.count if each.unit else None,
                each.usage if each.unit else None,
                "sum" if each.is_metered else None,
                int(units) if whole else None,
                None if units is None else _decimal(units),
                synced,
            )

    def plan(self) -> Iterator[tuple]:
        """Yield rows of stripe.plan, what older accounts have instead of prices."""
        for each, synced, retired in self._prices("plan"):
            if each.unit is None:
                continue
            whole = each.amount is not None and each.amount.denominator == 1
            yield (
                self.key("price", each.number),
                self.key("prod", each.product.number),
                not retired,
                "tiered" if each.is_tiered else "per_unit",
                each.currency,
                each.created,
                False,
                each.product.livemode,
                "{}",
                each.nickname,
                each.unit,
                each.count,
                each.usage,
                "sum" if each.is_metered else None,
                int(each.amount) if whole else None,
                synced,
            )

    def _prices(self, table: str) -> Iterator[tuple[Price, int, bool]]:
        for each in self.book.catalog.prices:
            if each.created > self.known:
                continue
            retired = each.retired is not None and each.retired <= self.known
            synced = self._synced(table, each.retired if retired else each.created)
            if synced is not None:
                yield each, synced, retired

    def coupon(self) -> Iterator[tuple]:
        """Yield rows of stripe.coupon."""
        for each in self.book.catalog.coupons.values():
            synced = self._synced("coupon", each.created)
            if synced is not None:
                yield (
                    each.key,
                    each.key,
                    each.duration,
                    each.months,
                    None if each.percent_off is None else float(each.percent_off),
                    each.amount_off,
                    each.currency,
                    each.created,
                    True,
                    0,
                    True,
                    synced,
                )

    def discount(self) -> Iterator[tuple]:
        """Yield rows of stripe.discount."""
        for each, synced, gone in self._discounts("discount"):
            row = (
                each.key,
                "subscription" if each.subscription else "customer",
                self._owner_key(each),
                each.coupon.key,
                self._holder(each),
                self._owner_key(each) if each.subscription else None,
                None,
                None,
                None,
                iso(each.start),
                iso(each.end),
                synced,
            )
            yield (*row, gone) if self.is_batch else row

    def subscription_discount(self) -> Iterator[tuple]:
        """Yield rows of the older stripe.subscription_discount."""
        for each, synced, gone in self._discounts("subscription_discount"):
            row = (
                each.key,
                each.coupon.key,
                self._holder(each),
                self._owner_key(each),
                None,
                iso(each.start),
                iso(each.end),
                synced,
            )
            yield (*row, gone) if self.is_batch else row

    def _holder(self, discount: Discount) -> str:
        if discount.subscription is None:
            return discount.customer.key
        holder = discount.subscription.versions[0].customer
        for version in discount.subscription.versions:
            if version.start <= self.known:
                holder = version.customer
        return holder.key

    def _owner_key(self, discount: Discount) -> str:
        if discount.subscription is not None:
            return self.key("sub", discount.subscription.number)
        return discount.customer.key

    def _discounts(self, table: str) -> Iterator[tuple[Discount, int, bool]]:
        for each in self.book.discounts:
            owner = each.subscription or each.customer
            first = owner.account.first_sync
            if table not in each.tables or each.start > self.known or first > self.known:
                continue
            gone = each.removed is not None and each.removed <= self.known
            if gone:
                if not self.is_batch or max(each.start, first) > self.since:
                    continue
                change = each.removed
            else:
                change = max(last_touch(owner.touches, each.start, self.known), first)
            synced = self._synced(table, change)
            if synced is not None:
                yield each, synced, gone


def _metadata(customer: Customer, known: int) -> str:
    account = customer.linked_account(known)
    if account is None:
        return "{}"
    key = account.key[:15] if customer.short_link else account.key
    return json.dumps({"salesforce_account_id": key, "billing_reference": customer.number})


def _decimal(units) -> str:  # noqa: ANN001
    if units.denominator == 1:
        return str(units.numerator)
    return f"{float(units):.6f}".rstrip("0")
