"""The CRM tables as the connector holds them at a moment: accounts, users, opportunities."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.book import Book
from simulator.clock import DAY
from simulator.contracts import Account
from simulator.ids import salesforce_id
from simulator.knowledge import WRITE_DELAY
from simulator.subscription import Subscription

_ANNUAL = 300 * DAY
_LEAD = 30 * DAY
_NOTICE = 90 * DAY
_TREES = ("Alder", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Oak")


class CrmTables:
    """Emits one landing's CRM rows; arguments as in `emit_stripe`."""

    def __init__(self, book: Book, known: int, since: int | None, is_batch: bool) -> None:
        self.book = book
        self.known = known
        self.since = -1 if since is None else since
        self.is_batch = is_batch
        self.slot = book.schedule.slot
        self._by_account: dict[int, list[Subscription]] = {}
        for subscription in book.subscriptions:
            self._by_account.setdefault(subscription.account.number, []).append(subscription)

    def _synced(self, table: str, change: int) -> int | None:
        slot = self.slot(change)
        return slot + WRITE_DELAY[table] if slot > self.since else None

    def user_key(self, number: int) -> str:
        """Return the id of a CRM user."""
        return salesforce_id(self.book.seed, "005", number)

    def account(self) -> Iterator[tuple]:
        """Yield rows of salesforce.account; a merged one stays, deleted, with its survivor."""
        for each in self.book.accounts:
            if not each.in_crm or each.created > self.known:
                continue
            merged = each.merged_into is not None and each.merged_at <= self.known
            parent_known = each.parent is not None and each.parent.created <= self.known
            changes = [each.created]
            changes += [each.merged_at] if merged else []
            changes += [each.parent.created] if parent_known else []
            synced = self._synced("account", max(changes))
            if synced is None:
                continue
            yield (
                each.key,
                each.name,
                self.user_key(each.owner),
                each.parent.key if parent_known else None,
                each.merged_into.key if merged else None,
                merged,
                "Customer",
                each.industry,
                each.country,
                each.employees,
                None if each.employees is None else each.employees * 150_000.0,
                f"https://account-{each.number}.example.com",
                self.user_key(each.owner),
                None,
                None,
                "adoption",
                not merged,
                synced,
            )

    def user(self) -> Iterator[tuple]:
        """Yield rows of salesforce.user.

        The integration user logs in at every run of the connector, so its row is always as
        fresh as the landing.
        """
        start = self.book.catalog.created
        for number in range(self.book.users):
            synced = self._synced("user", start)
            if synced is not None:
                tree = _TREES[number % len(_TREES)]
                yield self._user_row(number, f"Success Manager {tree}", "CSM", None, synced)
        yield self._user_row(
            999,
            "Data Integration",
            "Integration",
            self.known,
            self.known + WRITE_DELAY["user"],
        )

    def _user_row(
        self, number: int, name: str, title: str, login: int | None, synced: int
    ) -> tuple:
        email = f"user{number}@example.com"
        key = self.user_key(number)
        return (key, name, email, email, title, "Standard", True, login, True, False, synced)

    def opportunity(self) -> Iterator[tuple]:
        """Yield rows of salesforce.opportunity: the first sale and yearly renewals."""
        for account in self.book.accounts:
            if not account.in_crm or account.is_test or account.created > self.known:
                continue
            for subscription in self._by_account.get(account.number, ()):
                yield from self._first_sale(account, subscription)
                yield from self._renewals(account, subscription)

    def _first_sale(self, account: Account, subscription: Subscription) -> Iterator[tuple]:
        opened = max(account.created, subscription.created - _LEAD)
        closed = subscription.created
        if subscription.status == "incomplete_expired" or opened > self.known:
            return
        number = subscription.number * 100
        end = subscription.versions[0].period_end
        yield from self._row(
            account, subscription, number, "New Business", opened, closed, True, closed, end
        )

    def _renewals(self, account: Account, subscription: Subscription) -> Iterator[tuple]:
        terms = {
            version.period_end: version.period_start
            for version in subscription.versions
            if version.period_end - version.period_start >= _ANNUAL
        }
        for index, (end, start) in enumerate(sorted(terms.items())):
            opened = max(start, end - _NOTICE)
            ended = subscription.ended_at
            if opened > self.known or (ended is not None and ended < opened):
                continue
            won = ended is None or ended > end
            number = subscription.number * 100 + index + 1
            # The dates are those of the contract that is to be renewed.
            yield from self._row(
                account, subscription, number, "Renewal", opened, end, won, start, end
            )

    def _row(
        self,
        account: Account,
        subscription: Subscription,
        number: int,
        kind: str,
        opened: int,
        closed: int,
        won: bool,
        term_start: int,
        term_end: int,
    ) -> Iterator[tuple]:
        is_closed = closed <= self.known
        synced = self._synced("opportunity", closed if is_closed else opened)
        if synced is None:
            return
        amount = sum(
            item.states[0].price.gross_monthly(item.states[0].quantity) * 12
            for item in subscription.items
            if item.created == subscription.created and not item.states[0].price.is_metered
        )
        is_renewal = kind == "Renewal"
        forecast = (
            ("Pipeline", "BestCase", "Commit")[number // 100 % 3] if is_renewal else "BestCase"
        )
        stage = ("Closed Won" if won else "Closed Lost") if is_closed else "Negotiation"
        yield (
            salesforce_id(self.book.seed, "006", number),
            account.key,
            self.user_key(account.owner),
            f"{account.name} {kind}",
            kind,
            stage,
            round(float(amount), 2),
            closed // DAY * DAY,
            opened,
            is_closed,
            is_closed and won,
            False,
            (100.0 if won else 0.0) if is_closed else 60.0,
            ("Closed" if won else "Omitted") if is_closed else forecast,
            term_start // DAY * DAY,
            term_end // DAY * DAY,
            is_renewal,
            float(number // 100 % 5 * 2) if is_renewal else None,
            True,
            synced,
        )
