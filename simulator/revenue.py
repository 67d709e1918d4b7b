"""MRR of each subscription by day, in exact fractions: items, statuses, discounts, rates."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from simulator.claims import Stage, stages
from simulator.clock import month_starts
from simulator.contracts import Discount, Item
from simulator.knowledge import Phase, View
from simulator.money import cents
from simulator.subscription import Subscription


class Worth(NamedTuple):
    """What an item counts for on a day: whole cents, exact native units a month, its stage."""

    cents: int
    native: Fraction
    stage: Stage


class Snapshot(NamedTuple):
    """From `day` on the subscription belongs to `holder` and its items are worth `items`.

    `holder` is an account_id, None where its revenue is left out.
    """

    day: int
    holder: str | None
    phase: Phase
    items: dict[Item, Worth]


class _Timeline:
    """Values that hold from a day on."""

    def __init__(self, entries: list) -> None:
        self.entries = entries
        self.days = [entry.day for entry in entries]

    def on(self, day: int) -> Any:
        """Return the entry in force on a day, None before the first."""
        index = bisect_right(self.days, day)
        return self.entries[index - 1] if index else None


def snapshots(subscription: Subscription, view: View) -> Iterator[Snapshot]:
    """Yield the subscription's states in order of days, each a change of the one before."""
    phases = _Timeline(view.phases(subscription))
    if not phases.entries:
        return
    items = [(item, _Timeline(stages(item, view))) for item in subscription.items]
    discounts = _spans(subscription, view, phases.entries)
    before: Snapshot | None = None
    for day in _breaks(subscription, view, phases, items, discounts):
        phase = phases.on(day)
        if phase is None:
            continue
        worth: dict[Item, Worth] = {}
        customer = phase.customer
        if phase.counts:
            present = [
                (item, stage)
                for item, timeline in items
                if (stage := timeline.on(day)) is not None and stage.state is not None
            ]
            worth = _worth(subscription, view, day, present, _in_force(discounts, phase, day))
        excluded = customer.is_excluded(view.known) if view.crm else not customer.livemode
        holder = None if excluded else customer.account_key(view.known, view.crm)
        snapshot = Snapshot(day, holder, phase, worth)
        if before is None or before.holder != holder or before.items != worth:
            yield snapshot
            before = snapshot


def _breaks(  # noqa: ANN202
    subscription: Subscription, view: View, phases: _Timeline, items: list, discounts: list
):
    days = set(phases.days)
    for _, timeline in items:
        days.update(timeline.days)
    for _, start, end in discounts:
        days.update((start, end))
    last = min(view.as_of, phases.days[-1] if not phases.entries[-1].counts else view.as_of)
    if subscription.customer.currency != "usd":
        days.update(month_starts(min(days), last))
    return [day for day in sorted(days) if day <= view.as_of]


def _spans(
    subscription: Subscription, view: View, phases: list[Phase]
) -> list[tuple[Discount, int, int]]:
    """Return (discount, from, to) of the subscription and of all who held it."""
    customers = {phase.customer for phase in phases}
    given = list(subscription.discounts)
    given += [each for customer in customers for each in customer.discounts]
    return [(each, *span) for each in given if (span := view.discount_span(each)) is not None]


def _in_force(spans: list[tuple[Discount, int, int]], phase: Phase, day: int) -> list[Discount]:
    active = [discount for discount, start, end in spans if start <= day < end]
    own = [discount for discount in active if discount.subscription is not None]
    chosen = own or [each for each in active if each.customer is phase.customer]
    return sorted(chosen, key=lambda each: (each.start, each.coupon.percent_off is None, each.key))


def _worth(
    subscription: Subscription,
    view: View,
    day: int,
    present: list[tuple[Item, Stage]],
    discounts: list[Discount],
) -> dict[Item, Worth]:
    currency = subscription.customer.currency
    rate = view.book.rates.on(currency, day)
    total = sum(stage.gross for _, stage in present) if discounts else 0
    result = {}
    for item, stage in present:
        native = stage.gross
        for discount in discounts:
            coupon = discount.coupon
            if coupon.percent_off is not None:
                native = native * (100 - coupon.percent_off) / 100
            elif coupon.currency == currency and total:
                price = stage.state.price
                native -= price.to_month(coupon.amount_off) * stage.gross / total
        native = max(native, Fraction(0))
        value = native if currency == "usd" else native * rate
        result[item] = Worth(cents(value), native, stage)
    return result
