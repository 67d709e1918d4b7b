"""What a reader of the landings can know of the contracts, and from which day on.

Every function answers for a `View`: the days on which landings were taken, whole or as
batches. It works on the contracts and on what was emitted of them when, never on emitted
rows, so that it can judge a warehouse that reads those.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from simulator.book import Book
from simulator.clock import DAY, day_number
from simulator.contracts import Customer, Discount, Item, Version
from simulator.subscription import Subscription

#: Seconds between the start of a connector's run and the moment it writes a table.
WRITE_DELAY = {
    "customer": 41,
    "subscription_history": 77,
    "subscription_item": 102,
    "subscription_discount": 115,
    "discount": 118,
    "price": 139,
    "plan": 139,
    "product": 146,
    "coupon": 151,
    "invoice": 203,
    "invoice_line_item": 247,
    "charge": 259,
    "refund": 266,
    "credit_note": 271,
    "account": 310,
    "user": 322,
    "opportunity": 355,
}

#: A first version in one of these says that the time before it did not count.
NEVER_COUNTED_BEFORE = ("incomplete", "incomplete_expired", "trialing", "paused")
COUNTED = ("active", "past_due")


@dataclass(frozen=True)
class Policy:
    """The choices of definitions.md that are vars of the warehouse, at their defaults."""

    churn_recognition: str = "service_end"
    past_due_grace_days: int | None = None
    paused_collection: str = "keep"


class Phase(NamedTuple):
    """From `day` on: whether the subscription counts, whose it is, and its status."""

    day: int
    counts: bool
    customer: Customer
    status: str


class View:
    """The knowledge of somebody who has seen landings up to the end of these days.

    `mode` is whole or batches. `basis` evidence counts only what the tables show;
    agreed is the contracts' own truth as of the last day. Without `crm` accounts are
    billing customers and the Salesforce tables do not date a landing; without `discounts`
    the optional discount tables are not landed.
    """

    def __init__(
        self,
        book: Book,
        landings: list[str | date | int] | None = None,
        mode: str = "whole",
        *,
        basis: str = "evidence",
        crm: bool = True,
        discounts: bool = True,
        policy: Policy | None = None,
    ) -> None:
        if mode not in ("whole", "batches") or basis not in ("evidence", "agreed"):
            raise ValueError(f"unknown mode {mode!r} or basis {basis!r}")
        days = sorted({min(day_number(day), book.end_day) for day in landings or [book.end_day]})
        self.book = book
        self.mode = mode
        self.is_agreed = basis == "agreed"
        self.crm = crm
        self.discounts = discounts
        self.policy = policy or Policy()
        self.moments = [book.schedule.last_of(day) for day in days]
        self.known = self.moments[-1]
        self.slot = book.schedule.slot

    @cached_property
    def as_of(self) -> int:
        """The day the landings speak for: the latest sync day of what was landed."""
        return self.latest_day(self.known)

    def latest_day(self, known: int) -> int:
        """Return the latest `_fivetran_synced` day of all tables landed at a moment."""
        if self.crm:
            return known // DAY
        latest = self.book.catalog.created
        for customer in self.book.customers:
            if (seen := last_touch(customer.touches, customer.created, known)) is not None:
                latest = max(latest, seen, customer.account.first_sync)
        for subscription in self.book.subscriptions:
            first = subscription.account.first_sync
            if subscription.created > known or first > known:
                continue
            latest = max(latest, first, last_touch(subscription.touches, 0, known))
            for invoice in subscription.invoices:
                if invoice.created <= known:
                    latest = max(latest, invoice.last_change(known))
        return self.slot(latest) // DAY

    # ------------------------------------------------------------------ items
    def item_synced(self, item: Item, known: int) -> int | None:
        """Return `_fivetran_synced` of the item's row in a whole landing, None without one."""
        first = item.subscription.account.first_sync
        if item.created > known or first > known:
            return None
        if item.deleted is not None and item.deleted <= known:
            return None
        touch = last_touch(item.subscription.touches, item.created, known)
        return self.slot(max(touch, first)) + WRITE_DELAY["subscription_item"]

    @cached_property
    def _item_table_synced(self) -> list[int | None]:
        latest = []
        for known in self.moments:
            synced = (
                self.item_synced(item, known)
                for subscription in self.book.subscriptions
                for item in subscription.items
            )
            latest.append(max((each for each in synced if each is not None), default=None))
        return latest

    def item_rows(self, item: Item) -> list[tuple[int, int]]:
        """Return (landing, synced) of each landing that showed the item's row."""
        rows = []
        for index, known in enumerate(self.moments):
            synced = self.item_synced(item, known)
            if synced is not None:
                rows.append((index, synced))
        return rows

    def item_vanished(self, item: Item, rows: list[tuple[int, int]]) -> int | None:
        """Return the day the item's row was seen to vanish, None if it was not."""
        if not rows or item.deleted is None or item.deleted > self.known:
            return None
        delay = WRITE_DELAY["subscription_item"]
        return self._vanished(rows[-1], item.deleted, delay, lambda at: self._item_table_synced[at])

    def _vanished(self, last_seen: tuple[int, int], deleted: int, delay: int, latest) -> int:  # noqa: ANN001
        landing, synced = last_seen
        if self.mode == "batches":
            return (self.slot(deleted) + delay) // DAY
        table = latest(landing + 1)
        if table is None or table // DAY <= synced // DAY:
            return self.latest_day(self.moments[landing + 1])
        return table // DAY

    # -------------------------------------------------------------- discounts
    def discount_synced(self, discount: Discount, known: int) -> int | None:
        """Return the discount row's `_fivetran_synced` moment, None where it has no row."""
        owner = discount.subscription or discount.customer
        first = owner.account.first_sync
        if discount.start > known or first > known:
            return None
        if discount.removed is not None and discount.removed <= known:
            return None
        touch = last_touch(owner.touches, discount.start, known)
        return self.slot(max(touch, first)) + WRITE_DELAY[discount.tables[0]]

    @cached_property
    def _discount_table_synced(self) -> list[dict[str, int]]:
        latest: list[dict[str, int]] = []
        for known in self.moments:
            tables: dict[str, int] = {}
            for discount in self.book.discounts:
                synced = self.discount_synced(discount, known)
                for table in discount.tables if synced is not None else ():
                    delay = WRITE_DELAY[table] - WRITE_DELAY[discount.tables[0]]
                    tables[table] = max(tables.get(table, 0), synced + delay)
            latest.append(tables)
        return latest

    def discount_span(self, discount: Discount) -> tuple[int, int] | None:
        """Return the days [from, to) on which a discount lowers MRR, None if it never does."""
        if discount.coupon.duration == "once" or not self.discounts:
            return None
        last = self.as_of + 1
        until = last if discount.end is None else min(last, discount.end // DAY)
        if self.is_agreed:
            if discount.removed is not None and discount.removed <= self.known:
                until = min(until, discount.removed // DAY)
        else:
            rows = []
            for index, known in enumerate(self.moments):
                synced = self.discount_synced(discount, known)
                if synced is not None:
                    rows.append((index, synced))
            if not rows:
                return None
            if discount.removed is not None and discount.removed <= self.known:
                table = discount.tables[0]
                gone = self._vanished(
                    rows[-1],
                    discount.removed,
                    WRITE_DELAY[table],
                    lambda at: self._discount_table_synced[at].get(table),
                )
                until = min(until, gone)
        start = discount.start // DAY
        return (start, until) if start < until else None

    # ---------------------------------------------------------------- statuses
    def versions(self, subscription: Subscription) -> list[Version]:
        """Return the versions of a subscription that were seen, by their start."""
        first = 0 if self.is_agreed else subscription.account.first_sync
        if first > self.known:
            return []
        starts = [version.start for version in subscription.versions]
        if subscription.account.is_collapsed and not self.is_agreed:
            ends = [known for known in self.moments if known >= first]
            last_ones = sorted({bisect_right(starts, known) - 1 for known in ends} - {-1})
            seen = [subscription.versions[index] for index in last_ones]
        else:
            oldest = max(bisect_right(starts, first) - 1, 0)
            seen = subscription.versions[oldest : bisect_right(starts, self.known)]
        return [
            version if version.start >= first else version._replace(start=first) for version in seen
        ]

    def phases(self, subscription: Subscription) -> list[Phase]:
        """Return when the subscription counts and whose it is, by day, without repeats."""
        versions = self.versions(subscription)
        if not versions:
            return []
        phases: list[Phase] = []
        first = versions[0]
        since = (subscription.trial_end or subscription.created) // DAY
        if first.status not in NEVER_COUNTED_BEFORE and since < first.start // DAY:
            phases.append(Phase(since, True, first.customer, "active"))
        grace = self.policy.past_due_grace_days
        behind_since = None
        for version in versions:
            counts = version.status in COUNTED
            if self.policy.paused_collection == "zero" and version.pause is not None:
                counts = False
            if version.status != "past_due":
                behind_since = None
            elif behind_since is None:
                behind_since = version.start // DAY
            day = version.start // DAY
            if grace is not None and behind_since is not None:
                counts = counts and day < behind_since + grace
            _append(phases, Phase(day, counts, version.customer, version.status))
            if grace is not None and behind_since is not None:
                over = Phase(behind_since + grace, False, version.customer, version.status)
                later = [each.start // DAY for each in versions if each.start > version.start]
                if over.day > day and all(over.day < start for start in later[:1]):
                    _append(phases, over)
        return _cut(phases, self._end_day(versions[-1]), versions[-1])

    def _end_day(self, latest: Version) -> int | None:
        end = latest.ended_at
        if self.policy.churn_recognition == "cancel_request" and latest.canceled_at is not None:
            end = latest.canceled_at  # also where service had ended before it was asked for
        return None if end is None else end // DAY


def last_touch(touches: list[int], created: int, known: int) -> int | None:
    """Return the latest of `touches` up to `known`, at least `created`, None before that."""
    if created > known:
        return None
    index = bisect_right(touches, known)
    return max(touches[index - 1], created) if index else created


def _append(phases: list[Phase], phase: Phase) -> None:
    while phases and phases[-1].day >= phase.day:
        phases.pop()
    phases.append(phase)


def _cut(phases: list[Phase], end: int | None, latest: Version) -> list[Phase]:
    if end is None:
        return phases
    kept = [phase for phase in phases if phase.day < end]
    status = latest.status if latest.status == "canceled" else "ending"
    kept.append(Phase(end, False, latest.customer, status))
    return kept
