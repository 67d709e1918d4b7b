"""Who buys: accounts, their customers and subscriptions, and what is special about each."""

from __future__ import annotations

import math
from dataclasses import fields
from random import Random

from simulator import lives
from simulator.book import Book
from simulator.catalog import Price
from simulator.clock import DAY, HOUR, SyncSchedule, add_interval, moment, to_date
from simulator.config import PACES, Pace, SimulatorConfig
from simulator.contracts import Account, Customer
from simulator.names import INDUSTRIES, company_name
from simulator.offer import ADD_ONS, WEEK, Offer
from simulator.relations import relate
from simulator.subscription import Subscription

#: Events that need some life ahead of them: given to accounts that start early.
_QUOTAS = (
    "unprorated",
    "next_invoice",
    "interval_change",
    "deleted_item",
    "collapsed",
    "late_connector",
)
_PLAIN_ONLY = ("tiered", "free_start", "weekly", "test_mode", "lapsing")


def populate(config: SimulatorConfig) -> Book:
    """Return the books of a company; everything in them follows from the config."""
    rng = Random(f"{config.seed}|company")
    start = moment(config.start)
    end = add_interval(start, "month", config.months) - DAY
    schedule = SyncSchedule(hours=config.sync_hours)
    book = Book(config.start, to_date(end // DAY), seed=config.seed, schedule=schedule)
    offer = Offer(book)
    starts = _starts(rng, config, start, end)
    special = _special(rng, config, starts, start, end)
    for index, begins in enumerate(starts):
        _Customership(book, offer, config, index, begins, special[index]).begin()
    relate(book, rng, special)
    return book


def _starts(rng: Random, config: SimulatorConfig, start: int, end: int) -> list[int]:
    """Draw the moments at which accounts begin: more of them early, none in the last days."""
    span = end - start - 2 * DAY
    starts = []
    for _ in range(config.accounts):
        share = rng.random() ** 1.35
        begins = start + int(share * span * 0.995)
        # One in eight begins at midnight: the edge at which days are counted.
        starts.append(begins // DAY * DAY if rng.random() < 0.125 else begins)
    return sorted(starts)


def _special(
    rng: Random, config: SimulatorConfig, starts: list[int], start: int, end: int
) -> list[set[str]]:
    """Choose for each account what is special about it, by the shares of the config."""
    special: list[set[str]] = [set() for _ in starts]
    everyone = list(range(len(starts)))

    def choose(pool: list[int], share: float, name: str) -> None:
        wanted = min(math.ceil(share * len(starts)), len(pool)) if share > 0 else 0
        for index in rng.sample(pool, wanted):
            special[index].add(name)

    shares = config.shares
    for name in _PLAIN_ONLY:
        plain = [index for index in everyone if not special[index]]
        choose(plain, getattr(shares, name), name)
    internal = 2 if len(starts) >= 50 else 1
    plain = [index for index in everyone if not special[index]]
    for index in rng.sample(plain, min(internal, len(plain) // 10)):
        special[index].add("internal")
    ordinary = [index for index in everyone if not special[index]]
    early = [index for index in ordinary if starts[index] - start < 0.62 * (end - start)]
    for name in _QUOTAS:
        choose(early, getattr(shares, name), name)
    for field in fields(shares):
        name = field.name
        if name in _QUOTAS or name in _PLAIN_ONLY or name == "returning":
            continue
        pool = ordinary
        if name in ("paused", "voided_invoice"):
            pool = [index for index in ordinary if "deleted_item" not in special[index]]
        if name in ("yen", "euro"):
            pool = [index for index in ordinary if not special[index] & {"euro", "yen"}]
        choose(pool, getattr(shares, name), name)
    return special


class _Customership:
    """One account from its first subscription on."""

    def __init__(
        self,
        book: Book,
        offer: Offer,
        config: SimulatorConfig,
        index: int,
        begins: int,
        special: set[str],
    ) -> None:
        self.book = book
        self.offer = offer
        self.config = config
        self.begins = begins
        self.special = special
        self.rng = Random(f"{config.seed}|{index}")
        self.end = (book.end_day + 1) * DAY
        size = self.rng.choices(list(PACES), [pace.weight for pace in PACES.values()])[0]
        if special & {"free_start", "weekly", "internal", "test_mode"}:
            size = "small"
        self.size = size
        self.pace: Pace = PACES[size]
        self.currency = "eur" if "euro" in special else "jpy" if "yen" in special else "usd"
        self.styles = tuple(
            style
            for style, flag in (("none", "unprorated"), ("next", "next_invoice"))
            if flag in special
        ) or ("now",)

    def begin(self) -> None:
        """Add the account with everything that happens to it on its own."""
        rng, special = self.rng, self.special
        number = len(self.book.accounts)
        account = self.book.account(
            company_name(rng, number),
            created=self.begins - rng.randrange(5, 60) * DAY,
            in_crm="unknown_to_crm" not in special,
            is_internal="internal" in special,
            is_test="test_mode" in special,
            is_collapsed="collapsed" in special,
            size=self.size,
            industry=rng.choice(INDUSTRIES),
            country={"eur": "DE", "jpy": "JP"}.get(self.currency, "US"),
            employees=int(10 ** rng.uniform(1, {"small": 2, "middle": 3, "large": 4}[self.size])),
        )
        if "late_connector" in special:
            ahead = self.end - self.begins
            late = self.begins + int(rng.uniform(0.25, 0.6) * ahead)
            self.book.start_connector(account, late)
            account.tags.add("late_connector")
        if account.is_collapsed:
            account.tags.add("collapsed")
        customer = self._customer(account, self.currency)
        if "customer_coupon" in special and "coupon" not in special:
            coupon = self.offer.coupons[rng.choice(("loyal", "welcome"))]
            self.book.discount_customer(customer, customer.created, coupon)
        first = self._first(customer)
        if "lapsing" in special and self._lapse(customer, first):
            return
        left = self._live(first)
        self._specials(first, min(left, self.end))
        if left < self.end and rng.random() < self.config.shares.returning:
            self._return(customer, first, left)
        self._second(account, customer)

    def _customer(self, account: Account, currency: str) -> Customer:
        created = self.begins - self.rng.randrange(60, 6 * HOUR)
        return self.book.customer(
            account,
            created,
            currency=currency,
            linked=not self.special & {"unmatched", "test_mode"},
            short_link="short_link" in self.special,
        )

    def _interval(self) -> tuple[str, int]:
        if "weekly" in self.special:
            return WEEK
        if "free_start" in self.special:
            return ("month", 1)
        if "lapsing" in self.special:
            return self.rng.choice((("month", 3), ("year", 1)))
        options = [("month", 1), ("month", 3), ("year", 1)]
        return self.rng.choices(options, self.pace.intervals)[0]

    def _items(self) -> list[tuple[Price, int]]:
        rng, special, offer = self.rng, self.special, self.offer
        interval = self._interval()
        seats = rng.randrange(*self.pace.seats)
        if "test_mode" in special:
            return [(offer.test, seats)]
        if "free_start" in special:
            return [(offer.price("Free", self.currency, interval), 1)]
        if "tiered" in special:
            return [(offer.price("Team", "usd", interval), seats)]
        plan = rng.choice(self.pace.plans)
        if "weekly" in special:
            plan = rng.choice(("Starter", "Growth"))
        elif "price_rise" in special and "Growth" in self.pace.plans:
            plan = "Growth"
        items = [(offer.price(plan, self.currency, interval), seats)]
        if interval != WEEK and (rng.random() < 0.2 or "deleted_item" in special):
            name = rng.choice(ADD_ONS)
            price = offer.price(name, self.currency, interval)
            items.append((price, lives.extra_quantity(name, seats, rng.random())))
        monthly_dollars = self.currency == "usd" and interval == ("month", 1)
        if "metered" in special and monthly_dollars and "interval_change" not in special:
            items.append((offer.usage, 0))
        return items

    def _first(self, customer: Customer) -> Subscription:
        rng, special = self.rng, self.special
        at, items, terms = self.begins, self._items(), {}
        if "incomplete" in special:
            failed = self.book.subscribe(customer, at, *items, status="incomplete")
            if rng.random() < 0.5:
                failed.plan(at + 3 * HOUR, lambda sub, day: sub.activate(day))
                return failed
            failed.plan(at + 23 * HOUR, lambda sub, day: sub.expire(day))
            at += 2 * DAY
        if "trial" in special:
            terms["trial_days"] = rng.choice((7, 14, 14, 30))
            if rng.random() < 0.08:
                terms["after_trial"] = "paused"
            elif rng.random() < 0.06:
                terms["after_trial"] = "canceled"
        if "coupon" in special:
            names = ["launch", "welcome", "loyal", "partner", "once"]
            names += {"usd": ["flat"], "eur": ["year"]}.get(self.currency, [])
            terms["coupon"] = self.offer.coupons[rng.choice(names)]
        first = self.book.subscribe(customer, at, *items, **terms)
        for discount in first.discounts:
            discount.tables = rng.choice(
                (("discount",), ("subscription_discount",), ("discount", "subscription_discount"))
            )
        if terms.get("after_trial") == "paused":
            first.plan(first.trial_end + 11 * DAY, lambda sub, day: sub.resume(day))
        return first

    def _live(self, sub: Subscription) -> int:
        """Plan the usual course of a subscription; return when it is to be left."""
        left = sub.created + int(self.rng.expovariate(self.pace.leave) * 30 * DAY)
        if self.special & set(_QUOTAS):
            left = max(left, sub.created + 150 * DAY)
        if "internal" in self.special:
            left = self.end
        lives.plan_months(self.rng, sub, self.pace, self.offer, min(left, self.end), self.styles)
        if left < self.end:
            lives.plan_leaving(self.rng, sub, left)
        return left

    def _specials(self, sub: Subscription, end: int) -> None:
        """Plant the events that the account was chosen for."""
        rng, special, offer = self.rng, self.special, self.offer

        def at(low: float = 0.05, high: float = 0.8) -> int:
            life = max(end - sub.created - 25 * DAY, DAY)
            return sub.created + 10 * DAY + int(rng.uniform(low, high) * life)

        def plant(action: lives.Action, when: int) -> None:
            sub.plan(when, lives.when_possible(action))

        style = rng.choice(self.styles)
        if "unprorated" in special:
            plant(lives.change_seats(rng.choice((0.25, 0.3, -0.2)), "none"), at(0.05, 0.7))
        if "next_invoice" in special:
            plant(lives.change_seats(rng.choice((0.25, -0.2, -0.25)), "next"), at(0.05, 0.5))
        if "deleted_item" in special:
            plant(lives.remove_extra(rng.choice(("none", "now", "next"))), at())
            if rng.random() < 0.3:
                plant(lives.upgrade(offer, style, by_swap=True), at())
        if "interval_change" in special:
            kind = "none" if rng.random() < 0.2 else "now"
            plant(lives.change_interval(offer, rng, kind), at(0.05, 0.6))
        if "free_start" in special:
            plant(lives.leave_free(offer, rng.randrange(3, 15), style), at(0.02, 0.3))
        if "price_rise" in special:
            plant(lives.raise_price(offer), at(0.3, 0.9))
        if "withdrawn" in special:
            lives.plan_withdrawal(sub, at())
        if "paused" in special:
            lives.plan_pause(sub, at(0.1, 0.5))
        if "failed_payment" in special:
            failure = ("recovers", rng.randrange(3, 14), None)
            if rng.random() < 0.2:
                failure = ("unpaid", 14, None)
                sub.plan(at(0.7, 0.9), lambda found, day: _settle(found, day))
            sub.plan(at(0.0, 0.6), lambda found, day: setattr(found, "failure", failure))
        if "one_off" in special:
            amount, text = rng.randrange(100, 900) * 100, "Onboarding workshop"
            price = offer.setup if rng.random() < 0.5 and self.currency == "usd" else None
            sub.plan(at(0.0, 0.2), lambda found, day: found.one_off(amount, text, price))
        if "discount_removed" in special and self.size != "large":
            given = offer.coupons["loyal"]
            tables = rng.choice((("discount",), ("subscription_discount",)))
            take = at(0.5, 0.8)

            def give(found: Subscription, day: int) -> None:
                discount = found.discount(day, given, tables)
                found.plan(
                    max(take, day + DAY), lambda again, then: again.remove_discount(then, discount)
                )

            plant(give, at(0.1, 0.4))

    def _lapse(self, customer: Customer, first: Subscription) -> bool:
        """Let a term not simply go on: around a due day, early or late; False without one."""
        rng, (unit, count) = self.rng, first.interval
        dues = [add_interval(first.anchor, unit, count * number) for number in range(1, 13)]
        dues = [due for due in dues if due < self.end - 2 * DAY]
        if not dues:
            return False
        due = rng.choice(dues)
        early, back = due - rng.randrange(5, 40) * DAY, due
        kind = rng.choice(("at_end", "at_end", "replaced", "early", "at_once", "anchored"))
        if kind == "anchored":
            first.plan(early, lives.when_possible(lives.anchor_anew))
        elif kind in ("at_end", "replaced"):
            first.plan(early, lambda sub, day: sub.cancel(day, at_period_end=True))
            gap = rng.choice(((0, 1), (1, 31), (31, 91), (91, 130)))
            back = early + DAY if kind == "replaced" else due + rng.randrange(*gap) * DAY
        else:
            first.plan(early, lambda sub, day: sub.cancel(day, prorate=kind == "early"))
            gap = rng.randrange(1, 120)
            back = early + (HOUR if kind == "early" else gap * DAY)
        if kind == "anchored":
            lives.plan_months(rng, first, self.pace, self.offer, self.end, self.styles)
        else:
            lives.plan_months(rng, first, self.pace, self.offer, early - 20 * DAY, self.styles)
            if back < self.end - 2 * DAY:
                self._live(self.book.subscribe(customer, back, *self._items()))
        customer.account.tags.add("lapsing")
        return True

    def _return(self, customer: Customer, first: Subscription, left: int) -> None:
        """Let the account come back after a gap, when the last subscription is surely over."""
        year = 366 * DAY if first.interval[0] == "year" else 95 * DAY
        at = left + year + self.rng.randrange(40, 200) * DAY
        if at < self.end - 20 * DAY:
            again = self.book.subscribe(customer, at, *self._items())
            self._live(again)

    def _second(self, account: Account, customer: Customer) -> None:
        """Give the account a second subscription or a second billing customer."""
        rng = self.rng
        ahead = self.end - self.begins - 40 * DAY
        if ahead <= 0:
            return
        pace = PACES["small"]
        if "second_customer" in self.special and self.special.isdisjoint({"unmatched"}):
            currency = rng.choice(("usd", "eur"))
            at = self.begins + 20 * DAY + int(rng.random() * ahead)
            other = self.book.customer(account, at - HOUR, currency=currency)
            price = self.offer.price("Starter", currency, ("month", 1))
            self._side(other, at, price, pace)
        if "second_subscription" in self.special:
            at = self.begins + 20 * DAY + int(rng.random() * ahead)
            interval = rng.choice((("month", 1), ("year", 1), ("month", 3)))
            price = self.offer.price("Insights", self.currency, interval)
            self._side(customer, at, price, pace)

    def _side(self, customer: Customer, at: int, price: Price, pace: Pace) -> None:
        sub = self.book.subscribe(customer, at, (price, self.rng.randrange(3, 12)))
        end = min(at + int(self.rng.expovariate(0.03) * 30 * DAY), self.end)
        lives.plan_months(self.rng, sub, pace, self.offer, end, self.styles)
        if end < self.end:
            lives.plan_leaving(self.rng, sub, end)


def _settle(sub: Subscription, at: int) -> None:
    if sub.status == "unpaid":
        sub.settle_debts(at)
