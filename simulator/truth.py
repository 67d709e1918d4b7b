"""The true answers: MRR by account and day, movements, months, computed without any SQL."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from simulator.clock import DAY, month_start, month_starts, to_date
from simulator.contracts import Item
from simulator.knowledge import View
from simulator.money import cents, decimal_of
from simulator.revenue import Snapshot, Worth, snapshots
from simulator.subscription import Subscription

#: Movement types in the order in which a day's rows are listed.
MOVEMENT_TYPES = (
    "transfer_in",
    "transfer_out",
    "fx",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
)


class ItemChange(NamedTuple):
    """From `day` on an item is worth `cents` (and `native` exactly) to an account."""

    account: str | None
    subscription: Subscription
    item: Item
    day: int
    agreed_day: int
    cents: int
    native: object
    quantity: int
    evidence: str


class Movement(NamedTuple):
    """One movement of an account on a day; amounts in whole cents."""

    account: str
    day: int
    kind: str
    change: int
    opening: int
    closing: int
    churn_reason: str | None


@dataclass(slots=True)
class _DayDelta:
    transfer_in: int = 0
    transfer_out: int = 0
    fx: int = 0
    rest: int = 0
    involuntary: bool = False


class Ledger:
    """All changes of MRR that a view shows, by account and by item."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.items: list[ItemChange] = []
        self._accounts: dict[str, dict[int, _DayDelta]] = defaultdict(dict)
        for subscription in view.book.subscriptions:
            if subscription.created <= view.known:
                self._add(subscription)

    def _add(self, subscription: Subscription) -> None:
        before: Snapshot | None = None
        for snapshot in snapshots(subscription, self.view):
            self._add_items(subscription, before, snapshot)
            self._add_deltas(subscription, before, snapshot)
            before = snapshot

    def _add_items(
        self, subscription: Subscription, before: Snapshot | None, now: Snapshot
    ) -> None:
        previous = before.items if before is not None else {}
        moved = before is not None and before.holder != now.holder
        for item, worth in now.items.items():
            if moved or previous.get(item) != worth:
                stage = worth.stage
                known = item in previous and previous[item].stage is stage
                agreed = stage.agreed_day if not known and stage.day == now.day else now.day
                self.items.append(
                    ItemChange(
                        now.holder,
                        subscription,
                        item,
                        now.day,
                        agreed,
                        worth.cents,
                        worth.native,
                        stage.state.quantity,
                        stage.evidence,
                    )
                )
        for item, worth in previous.items():
            if item not in now.items:
                gone = item.deleted is not None and item.deleted // DAY <= now.day
                agreed = item.deleted // DAY if gone and now.phase.counts else now.day
                self.items.append(
                    ItemChange(
                        before.holder,
                        subscription,
                        item,
                        now.day,
                        agreed,
                        0,
                        0,
                        0,
                        worth.stage.evidence if not now.phase.counts else "line_end",
                    )
                )

    def _add_deltas(
        self, subscription: Subscription, before: Snapshot | None, now: Snapshot
    ) -> None:
        opening, closing = _value(before.items if before is not None else {}), _value(now.items)
        if before is not None and before.holder != now.holder:
            # An item that is handed over and ends on one day never was the taker's: a time with
            # the taker that starts and ends on one day has length zero.
            handed = {item: worth for item, worth in before.items.items() if item in now.items}
            self._add_rest(before.holder, subscription, now, _value(handed) - opening)
            opening = _value(handed)
            if opening and before.holder is not None:
                self._day(before.holder, now.day).transfer_out -= opening
            if opening and now.holder is not None:
                self._day(now.holder, now.day).transfer_in += opening
        fx = 0
        if subscription.customer.currency != "usd" and month_start(now.day) == now.day:
            fx = self._fx(subscription, before.items if before is not None else {}, now)
        self._add_rest(now.holder, subscription, now, closing - opening - fx, fx)

    def _add_rest(
        self, holder: str | None, subscription: Subscription, now: Snapshot, rest: int, fx: int = 0
    ) -> None:
        if holder is None or (rest == 0 and fx == 0):
            return
        delta = self._day(holder, now.day)
        delta.fx += fx
        delta.rest += rest
        if not now.items and not now.phase.counts:
            delta.involuntary |= self._is_involuntary(subscription, now)

    def _fx(self, subscription: Subscription, previous: dict, now: Snapshot) -> int:
        rate = self.view.book.rates.on(subscription.customer.currency, now.day)
        change = 0
        for item, worth in previous.items():
            if item in now.items:
                change += cents(worth.native * rate) - worth.cents
        return change

    def _is_involuntary(self, subscription: Subscription, now: Snapshot) -> bool:
        if now.phase.status == "unpaid":
            return True
        if now.phase.status != "canceled":
            return False
        versions = self.view.versions(subscription)
        if len(versions) < 2 or versions[-2].status != "past_due":
            return False
        earlier = [each for each in subscription.invoices if each.created // DAY < now.day]
        return bool(earlier) and not earlier[-1].is_paid(self.view.known)

    def _day(self, account: str, day: int) -> _DayDelta:
        days = self._accounts[account]
        if day not in days:
            days[day] = _DayDelta()
        return days[day]

    def movements(self) -> list[Movement]:
        """Return all movements, ordered by account, day and type."""
        result: list[Movement] = []
        for account in sorted(self._accounts):
            balance, ever_paid = 0, False
            days = self._accounts[account]
            for day in sorted(days):
                delta = days[day]
                rows, closing = _classify(delta, balance, ever_paid)
                for kind, change in rows:
                    reason = None
                    if kind == "churn":
                        reason = "involuntary" if delta.involuntary else "voluntary"
                    result.append(Movement(account, day, kind, change, balance, closing, reason))
                balance = closing
                ever_paid = ever_paid or closing > 0
        return result

    def balances(self) -> list[tuple[str, int, int]]:
        """Return (account, day, cents) of each day on which an account's MRR changed."""
        result = []
        for account in sorted(self._accounts):
            balance = 0
            days = self._accounts[account]
            for day in sorted(days):
                delta = days[day]
                change = delta.transfer_in + delta.transfer_out + delta.fx + delta.rest
                if change:
                    balance += change
                    result.append((account, day, balance))
        return result


def _value(items: dict[Item, Worth]) -> int:
    return sum(worth.cents for worth in items.values())


def _classify(delta: _DayDelta, opening: int, ever_paid: bool) -> tuple[list[tuple[str, int]], int]:
    """Split one account-day into movement types: transfers, then fx, then the rest."""
    transferred = opening + delta.transfer_in + delta.transfer_out
    closing = transferred + delta.fx + delta.rest
    fx, rest = delta.fx, delta.rest
    if transferred == 0 or closing == 0:
        fx, rest = 0, fx + rest
    balance = transferred + fx
    rows = [
        ("transfer_in", delta.transfer_in),
        ("transfer_out", delta.transfer_out),
        ("fx", fx),
    ]
    if rest:
        if balance == 0:
            kind = "reactivation" if ever_paid or opening > 0 else "new"
        elif closing == 0:
            kind = "churn"
        else:
            kind = "expansion" if rest > 0 else "contraction"
        rows.append((kind, rest))
    return [row for row in rows if row[1]], closing


def truth_frame(ledger: Ledger):  # noqa: ANN201
    """Return change points as a pandas frame [account_id, change_date, mrr]."""
    rows = [(account, to_date(day), decimal_of(mrr)) for account, day, mrr in ledger.balances()]
    return _frame(rows, ["account_id", "change_date", "mrr"])


def items_frame(ledger: Ledger):  # noqa: ANN201
    """Return change points per item, with the day of agreement and the day of evidence."""
    book = ledger.view.book
    rows = [
        (
            change.account,
            book.key("sub", change.subscription.number),
            book.key("si", change.item.number),
            to_date(change.day),
            to_date(change.agreed_day),
            decimal_of(change.cents),
            change.quantity,
            change.evidence,
        )
        for change in ledger.items
        if change.account is not None
    ]
    return _frame(
        rows,
        [
            "account_id",
            "subscription_id",
            "subscription_item_id",
            "change_date",
            "agreed_date",
            "mrr",
            "quantity",
            "evidence",
        ],
    )


def movements_frame(ledger: Ledger):  # noqa: ANN201
    """Return movements as a frame with the columns of `fct_mrr_movements` but its key."""
    rows = [
        (
            each.account,
            to_date(each.day),
            each.kind,
            decimal_of(each.change),
            decimal_of(each.opening),
            decimal_of(each.closing),
            each.churn_reason,
        )
        for each in ledger.movements()
    ]
    return _frame(
        rows,
        [
            "account_id",
            "movement_date",
            "movement_type",
            "mrr_change",
            "opening_mrr",
            "closing_mrr",
            "churn_reason",
        ],
    )


def months_frame(ledger: Ledger):  # noqa: ANN201
    """Return company totals: one row per month, the movements by type and the balances."""
    sums: dict[int, dict[str, int]] = {}
    moves = ledger.movements()
    if moves:
        first = month_start(min(each.day for each in moves))
        for first_day in month_starts(first - 1, ledger.view.as_of):
            sums[first_day] = dict.fromkeys(MOVEMENT_TYPES, 0)
    for each in moves:
        sums[month_start(each.day)][each.kind] += each.change
    rows, balance = [], 0
    for month, by_type in sums.items():
        opening, balance = balance, balance + sum(by_type.values())
        cells = [decimal_of(by_type[kind]) for kind in MOVEMENT_TYPES]
        rows.append((to_date(month), decimal_of(opening), *cells, decimal_of(balance)))
    names = [f"{kind}_mrr" for kind in MOVEMENT_TYPES]
    return _frame(rows, ["month", "opening_mrr", *names, "closing_mrr"])


def _frame(rows: list[tuple], columns: list[str]):  # noqa: ANN202
    import pandas

    # dtype object: a missing churn reason stays None, money stays Decimal.
    return pandas.DataFrame(rows, columns=columns, dtype=object)
