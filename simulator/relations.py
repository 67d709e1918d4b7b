"""What ties accounts together: parents, merges, corrected links, transfers; and aftermath."""

from __future__ import annotations

from random import Random

from simulator import lives
from simulator.book import Book
from simulator.clock import DAY, HOUR
from simulator.contracts import Account, Customer
from simulator.subscription import Subscription

_APART = {"internal", "test_mode", "unmatched", "unknown_to_crm", "merged", "relinked"}


def relate(book: Book, rng: Random, special: list[set[str]]) -> None:
    """Plan everything that concerns more than one account, then let the company live."""
    accounts = list(book.accounts)
    plain = [
        account
        for account, flags in zip(accounts, special, strict=True)
        if not flags & (_APART | {"late_connector"})
    ]
    flagged = dict(zip((account.number for account in accounts), special, strict=True))
    if len(plain) > 3:
        for account in accounts:
            flags = flagged[account.number]
            if "parent" in flags:
                other = rng.choice(plain)
                account.parent = other if other.number != account.number else None
            if "merged" in flags and not flags & {"internal", "unknown_to_crm"}:
                _merge(book, rng, account, rng.choice(plain))
            if "relinked" in flags and not flags & (_APART - {"relinked"}):
                _relink(book, rng, account)
        _transfers(book, rng, plain, flagged)
    book.finish()
    _void_invoices(book, rng, flagged)
    _delete_customers(book, rng)


def _merge(book: Book, rng: Random, loser: Account, survivor: Account) -> None:
    at = _between(rng, max(loser.created, survivor.created) + DAY, book.end_day * DAY)
    book.merge(loser, survivor, at)
    loser.tags.add("merged")
    if rng.random() < 0.3:
        # A chain: an older duplicate had been merged into the one that now goes too.
        older = book.account(f"{loser.name} (old)", created=loser.created)
        book.merge(older, loser, loser.created + DAY)
        for customer in loser.customers[:1]:
            customer.links = [(0, older)]


def _relink(book: Book, rng: Random, account: Account) -> None:
    wrong = book.account(f"{account.name} (duplicate)", created=account.created)
    at = _between(rng, account.created + 90 * DAY, book.end_day * DAY)
    for customer in account.customers:
        customer.links = [(0, wrong)]
        book.relink(customer, max(at, customer.created + HOUR), account)
    account.tags.add("relinked")


def _transfers(book: Book, rng: Random, plain: list[Account], flagged: dict[int, set[str]]) -> None:
    firsts = _first_subscriptions(book)
    for account in plain:
        if "transferred" not in flagged[account.number]:
            continue
        sub = firsts[account.number]
        at = _between(rng, sub.created + 61 * DAY, sub.created + 300 * DAY)
        if sub.customer.currency != "usd" or at >= (book.end_day - 20) * DAY:
            continue
        for _ in range(60):
            other = rng.choice(plain)
            taker = other.customers[0]
            is_fit = taker.currency == "usd" and taker.created < sub.created + 60 * DAY
            if is_fit and other is not account and other.size == account.size:
                sub.plan(at, lives.when_possible(_hand_to(taker)))
                break


def _hand_to(taker: Customer) -> lives.Action:
    def act(sub: Subscription, at: int) -> None:
        sub.transfer(at, taker)
        sub.account.tags.add("transferred")

    return act


def _void_invoices(book: Book, rng: Random, flagged: dict[int, set[str]]) -> None:
    """Void a renewal that was billed again by hand."""
    firsts = _first_subscriptions(book)
    for number, sub in firsts.items():
        if "voided_invoice" not in flagged.get(number, ()) or sub.is_over:
            continue
        if lives.is_tiered(sub) or any(item.deleted for item in sub.items):
            continue
        renewals = [
            invoice
            for invoice in sub.invoices[1:-1]
            if invoice.reason == "subscription_cycle"
            and invoice.paid_at is not None
            and all(line.kind == "regular" for line in invoice.lines)
        ]
        if renewals:
            invoice = rng.choice(renewals)
            invoice.paid_at, invoice.voided_at = None, invoice.created + 2 * DAY
            sub.account.tags.add("voided_invoice")


def _delete_customers(book: Book, rng: Random) -> None:
    """Delete some customers long after their last subscription has ended."""
    held: dict[int, list[Subscription]] = {}
    for sub in book.subscriptions:
        held.setdefault(sub.customer.number, []).append(sub)
    for customer in book.customers:
        own = held.get(customer.number, [])
        if own and all(sub.is_over for sub in own) and rng.random() < 0.15:
            gone = max(sub.versions[-1].start for sub in own) + 45 * DAY
            if gone < book.end_day * DAY:
                customer.deleted = gone


def _first_subscriptions(book: Book) -> dict[int, Subscription]:
    firsts: dict[int, Subscription] = {}
    for sub in book.subscriptions:
        if sub.account.number not in firsts or sub.created < firsts[sub.account.number].created:
            firsts[sub.account.number] = sub
    return firsts


def _between(rng: Random, low: int, high: int) -> int:
    return rng.randrange(low, max(high, low + 1))
