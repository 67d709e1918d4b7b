"""The CRM tables as the connector holds them at a moment: accounts, users, opportunities."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.book import Book
from simulator.clock import DAY
from simulator.contracts import Account
from simulator.crm_sales import deals_of
from simulator.ids import salesforce_id
from simulator.knowledge import WRITE_DELAY
from simulator.relationship import loss_reason
from simulator.staff import OFFICE, TREES
from simulator.subscription import Subscription
from simulator.success import Success

_LEAD = 30 * DAY


class CrmTables:
    """Emits one landing's CRM rows; arguments as in `emit_stripe`.

    With `success` owners change over time, the office has users too, and renewals know of notice.
    """

    def __init__(
        self,
        book: Book,
        known: int,
        since: int | None,
        is_batch: bool,
        success: Success | None = None,
    ) -> None:
        self.book = book
        self.success = success
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
            csm, co_csm, co_share, owner_changes = self._owners(each)
            changes += owner_changes
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
                csm,
                co_csm,
                co_share,
                "adoption",
                not merged,
                synced,
            )

    def _owners(self, account: Account) -> tuple[str | None, str | None, float | None, list[int]]:
        """Return the CSM, the one beside them, that one's share, and when that changed."""
        if self.success is None:
            return self.user_key(account.owner), None, None, []
        own = self.success.staff.ownerships[account.number]
        now = own.on(self.known)
        csm = None if now is None else self.user_key(now)
        changes = [at for at, _ in own.owners if at <= self.known]
        if own.co_owner is None or own.co_since > self.known:
            return csm, None, None, changes
        return csm, self.user_key(own.co_owner), own.co_share, [*changes, own.co_since]

    def user(self) -> Iterator[tuple]:
        """Yield rows of salesforce.user.

        The integration user logs in at every run of the connector, so its row is always as
        fresh as the landing.
        """
        start = self.book.catalog.created
        for number in range(self.book.users):
            synced = self._synced("user", start)
            if synced is not None and self.success is None:
                tree = TREES[number % len(TREES)]
                yield self._user_row(number, f"Success Manager {tree}", "CSM", None, synced)
        yield from self._staff_users()
        yield self._user_row(
            999,
            "Data Integration",
            "Integration",
            self.known,
            self.known + WRITE_DELAY["user"],
        )

    def _staff_users(self) -> Iterator[tuple]:
        """Yield everybody of the roster with a user; a leaver's is switched off."""
        for each in self.success.staff.employees.values() if self.success else ():
            start = max(self.book.catalog.created, each.hired * DAY)
            if not each.has_crm_user or start > self.known:
                continue
            gone = each.left is not None and each.left * DAY <= self.known
            synced = self._synced("user", each.left * DAY if gone else start)
            if synced is not None:
                title = OFFICE[each.number][2] if each.number in OFFICE else "CSM"
                yield self._user_row(each.number, each.name, title, None, synced, not gone)

    def _user_row(
        self,
        number: int,
        name: str,
        title: str,
        login: int | None,
        synced: int,
        is_active: bool = True,
    ) -> tuple:
        email = f"user{number}@example.com"
        key = self.user_key(number)
        return (key, name, email, email, title, "Standard", is_active, login, True, False, synced)

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
        for deal in deals_of(subscription):
            if deal.opened > self.known:
                continue
            # The dates are those of the contract that is to be renewed.
            yield from self._row(
                account,
                subscription,
                deal.number,
                "Renewal",
                deal.opened,
                deal.end,
                deal.is_won,
                deal.start,
                deal.end,
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
        told = self.success.notices.get(number) if self.success else None
        told = told if told is not None and told <= self.known else None
        synced = self._synced("opportunity", closed if is_closed else max(opened, told or 0))
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
            *self._loss(account, number, told, is_closed and not won),
            synced,
        )

    def _loss(self, account: Account, number: int, told: int | None, is_lost: bool) -> tuple:
        """Return when notice was given and why it was lost, where those columns land."""
        if self.success is None:
            return ()
        course = self.success.courses.get(account.number)
        reason = loss_reason(self.book, course, number) if is_lost else None
        return (None if told is None else told // DAY * DAY, reason)
