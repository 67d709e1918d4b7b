"""What happens to one subscription in its life: events put on its agenda.

Actions meet the subscription as it is on their day: one that does not fit (a trial, an open
debt, the eve of a renewal) waits some days.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from simulator.clock import DAY
from simulator.config import Pace
from simulator.contracts import Item
from simulator.offer import ADD_ONS, INTERVALS, UPGRADES, Offer
from simulator.subscription import Subscription

Action = Callable[[Subscription, int], None]
_MARGIN = 3 * DAY // 2


def when_possible(action: Action) -> Action:
    """Wrap an action so that it waits for a quiet moment in a paid period."""

    def attempt(sub: Subscription, at: int) -> None:
        if sub.is_over:
            return
        if sub.status != "active":
            sub.plan(at + 6 * DAY, attempt)
        elif at - sub.period_start < _MARGIN or sub.period_end - at < _MARGIN:
            sub.plan(at + 2 * DAY, attempt)
        elif is_tiered(sub) and (at - sub.period_start) % DAY:
            # A tiered proration is scaled by time: whole days keep that free of clock times.
            sub.plan(at + DAY - (at - sub.period_start) % DAY, attempt)
        elif at > sub.items[-1].created and all(
            at > item.states[-1].agreed for item in sub.live_items()
        ):
            action(sub, at)

    return attempt


def is_tiered(sub: Subscription) -> bool:
    """Whether it has an item of a tiered price."""
    return any(item.price.is_tiered for item in sub.live_items())


def base_item(sub: Subscription) -> Item:
    """Return the plan's item: the first live licensed one."""
    return next(item for item in sub.live_items() if not item.price.is_metered)


def change_seats(factor: float, proration: str) -> Action:
    """Return an action that changes the plan's seats by a share, by one at least."""

    def act(sub: Subscription, at: int) -> None:
        item = base_item(sub)
        step = max(1, round(item.quantity * abs(factor)))
        seats = item.quantity + step if factor > 0 else max(1, item.quantity - step)
        if seats != item.quantity and item.price.amount != 0:
            sub.change(at, item, quantity=seats, proration=proration)

    return act


def upgrade(offer: Offer, proration: str, by_swap: bool) -> Action:
    """Return an action that moves the plan to the next product, seats fitted to the price."""

    def act(sub: Subscription, at: int) -> None:
        item = base_item(sub)
        price = item.price
        target = UPGRADES.get(price.product.name)
        if target is None or price.unit == "week":
            return
        new = offer.price(target, price.currency, (price.unit, price.count))
        seats = max(1, round(item.quantity * 0.7))
        if by_swap:
            sub.swap_item(at, item, new, seats, proration=proration)
        else:
            sub.change(at, item, price=new, quantity=seats, proration=proration)

    return act


def raise_price(offer: Offer) -> Action:
    """Return an action that puts the raised list price in force without proration."""

    def act(sub: Subscription, at: int) -> None:
        item = base_item(sub)
        is_listed = item.price.product.name == "Growth" and item.price.nickname is None
        if is_listed and item.price.unit != "week":
            sub.change(at, item, price=offer.risen(item.price), proration="none")

    return act


def add_extra(rng: Random, offer: Offer, proration: str) -> Action:
    """Return an action that adds an add-on."""
    name, share = rng.choice(ADD_ONS), rng.random()

    def act(sub: Subscription, at: int) -> None:
        price = base_item(sub).price
        held = {item.price.product.name for item in sub.live_items()}
        if price.unit != "week" and name not in held and price.amount != 0:
            new = offer.price(name, price.currency, (price.unit, price.count))
            quantity = extra_quantity(name, base_item(sub).quantity, share)
            sub.add_item(at, new, quantity, proration=proration)

    return act


def extra_quantity(name: str, seats: int, share: float) -> int:
    """Return how many units of an add-on go with so many seats."""
    if name == "Priority Support":
        return 1
    if name == "Storage":
        return max(40, int(seats * (10 + 30 * share)))
    return max(1, int(seats * (0.4 + 0.6 * share)))


def remove_extra(proration: str) -> Action:
    """Return an action that removes an add-on."""

    def act(sub: Subscription, at: int) -> None:
        extras = [item for item in sub.live_items() if item.price.product.name in ADD_ONS]
        if extras:
            sub.remove_item(at, extras[0], proration=proration)

    return act


def change_interval(offer: Offer, rng: Random, proration: str) -> Action:
    """Return an action that moves all items to another interval."""
    pick = rng.random()

    def act(sub: Subscription, at: int) -> None:
        items = sub.live_items()
        choices = [interval for interval in INTERVALS if interval != sub.interval]
        interval = choices[int(pick * len(choices))]
        if any(item.price.is_metered or item.price.amount == 0 for item in items):
            return
        currency = items[0].price.currency
        prices = {item: offer.price(item.price.product.name, currency, interval) for item in items}
        sub.change_interval(at, prices, proration=proration)

    return act


def anchor_anew(sub: Subscription, at: int) -> None:
    """Renew before the term is over: a new period of the same prices begins at once."""
    sub.change_interval(at, {item: item.price for item in sub.live_items()})


def leave_free(offer: Offer, seats: int, proration: str) -> Action:
    """Return an action that turns a free plan into a paid one."""

    def act(sub: Subscription, at: int) -> None:
        item = base_item(sub)
        price = offer.price("Starter", item.price.currency, sub.interval)
        sub.change(at, item, price=price, quantity=seats, proration=proration)

    return act


def plan_months(
    rng: Random, sub: Subscription, pace: Pace, offer: Offer, end: int, styles: tuple[str, ...]
) -> None:
    """Plan the usual growth and shrinking up to `end`; `styles` are prorations to choose from."""
    month = sub.created + 20 * DAY
    tiered = is_tiered(sub)
    while month < end:
        at = month + rng.randrange(28 * DAY)
        style = "now" if tiered else rng.choice(styles)
        roll = rng.random()
        if roll < pace.grow:
            action = change_seats(rng.uniform(*pace.grow_by), style)
        elif (roll := roll - pace.grow) < pace.shrink:
            action = change_seats(-rng.uniform(*pace.shrink_by), style)
        elif (roll := roll - pace.shrink) < pace.upgrade and not tiered:
            action = upgrade(offer, style, by_swap=False)
        elif (roll := roll - pace.upgrade) < pace.add_on and not tiered:
            action = add_extra(rng, offer, style)
        else:
            action = None
        if action is not None and at < end:
            sub.plan(at, when_possible(action))
        month += 30 * DAY


def plan_leaving(rng: Random, sub: Subscription, at: int) -> None:
    """Plan the end: at the period's end, at once, backdated, or by payments that fail."""
    roll = rng.random()
    if roll < 0.5:
        sub.plan(at, when_possible(lambda found, day: found.cancel(day, at_period_end=True)))
    elif roll < 0.66:
        sub.plan(at, when_possible(lambda found, day: found.cancel(day, prorate=True)))
    elif roll < 0.76:
        sub.plan(at, when_possible(lambda found, day: found.cancel(day)))
    elif roll < 0.83:
        sub.plan(at, when_possible(_backdated))
    else:
        failure = ("unpaid", 15, 32) if rng.random() < 0.5 else ("cancels", 24, None)
        sub.plan(at, lambda found, day: setattr(found, "failure", failure))


def _backdated(sub: Subscription, at: int) -> None:
    earliest = max(sub.created + DAY, sub.trial_end or 0, at - 9 * DAY)
    sub.cancel(at, ended=min(at, earliest))


def plan_withdrawal(sub: Subscription, at: int) -> None:
    """Plan a cancellation at period end that is withdrawn some days later."""

    def ask(found: Subscription, day: int) -> None:
        if found.cancel_at_period_end:
            return
        found.cancel(day, at_period_end=True)
        back = min(day + 4 * DAY, found.period_end - 3600)
        found.plan(back, lambda again, then: again.withdraw(then) if not again.is_over else None)

    sub.plan(at, when_possible(ask))


def plan_pause(sub: Subscription, at: int) -> None:
    """Plan a pause of the collection of payments over two months."""
    sub.plan(at, when_possible(lambda found, day: found.pause_collection(day)))
    sub.plan(
        at + 60 * DAY,
        lambda found, day: None if found.is_over else found.pause_collection(day, None),
    )
