"""The yearly renewals that the CRM opens an opportunity for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from simulator.book import Book
from simulator.clock import DAY
from simulator.subscription import Subscription

ANNUAL = 300 * DAY
NOTICE = 90 * DAY


class RenewalDeal(NamedTuple):
    """One renewal opportunity; `number` gives its id."""

    number: int
    subscription: Subscription
    opened: int
    start: int
    end: int
    is_won: bool


def deals_of(subscription: Subscription) -> Iterator[RenewalDeal]:
    """Yield the renewals of one subscription that were opened or will be."""
    terms = {
        version.period_end: version.period_start
        for version in subscription.versions
        if version.period_end - version.period_start >= ANNUAL
    }
    for index, (end, start) in enumerate(sorted(terms.items())):
        opened = max(start, end - NOTICE)
        ended = subscription.ended_at
        if ended is not None and ended < opened:
            continue
        won = ended is None or ended > end
        number = subscription.number * 100 + index + 1
        yield RenewalDeal(number, subscription, opened, start, end, won)


def renewal_deals(book: Book) -> Iterator[RenewalDeal]:
    """Yield all renewals of accounts that the CRM knows."""
    for subscription in book.subscriptions:
        account = subscription.account
        if account.in_crm and not account.is_test:
            yield from deals_of(subscription)
