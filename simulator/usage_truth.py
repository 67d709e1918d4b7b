"""The true answers on usage, owners, journeys and churn, from the facts, without any SQL.

A fact counts on the day of its own moment, once the connector has brought it. Days are day
numbers, accounts the warehouse's account ids: merges are followed, billing customers stand for
accounts that the CRM does not know.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from simulator.clock import DAY, day_number, to_date
from simulator.contracts import Account
from simulator.knowledge import View
from simulator.success import Success, has_billing_group
from simulator.truth import Ledger
from simulator.usage import VALUE_EVENTS, User

if TYPE_CHECKING:
    import pandas

_STAGES = ("onboarding", "adoption", "value_realisation", "expansion", "advocacy")


class UsageDay(NamedTuple):
    """What is true of an account's usage at the end of a day.

    `active_weekdays` of `weekdays` without outage in 28 days; `last_14` and `prior_14` are
    active user-days of the days that are there in both; `provisioned` users have their latest
    group here; `days_since_value` is None before the first value event.
    """

    account: str
    day: int
    mau: int
    active_weekdays: int
    weekdays: int
    last_14: int
    prior_14: int
    provisioned: int
    days_since_value: int | None


class SuccessTruth:
    """What a reader of landings up to the view's end can know of customer success."""

    def __init__(self, success: Success, view: View) -> None:
        self.success = success
        self.view = view
        self.known = view.known
        self.as_of = view.as_of
        ledger = Ledger(view)
        self.movements = ledger.movements()
        self._balances: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for account, day, mrr in ledger.balances():
            self._balances[account].append((day, mrr))
        self._users: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._first_event: dict[tuple[str, str], int] = {}
        tracked: set[int] = set()
        for track in success.usage.tracks:
            if track.received > self.known:
                continue
            day = track.at // DAY
            tracked.add(day)
            if track.user is None or not track.user.groups[0][0] + 2 <= self.known:
                continue
            account = self._account_of(track.user, day)
            key = (account, track.event)
            self._first_event[key] = min(day, self._first_event.get(key, day))
            if track.event in VALUE_EVENTS:
                self._users[account][day].add(track.user.number)
        span = range(min(tracked, default=0), (self.as_of if tracked else -1) + 1)
        self.outages = {day for day in span if day not in tracked}
        self.first_tracked = span.start

    # --------------------------------------------------------------- accounts
    def account_key(self, account: Account) -> str:
        """Return the account id under which an account's usage stands."""
        if has_billing_group(account):
            return account.customers[0].account_key(self.known)
        return account.survivor(self.known).key

    def _account_of(self, user: User, day: int) -> str:
        """Return whose a user is on a day: a change at any time of a day takes effect on it."""
        found = user.groups[0][1]
        for since, account in user.groups[1:]:
            if since // DAY <= day and since + 2 <= self.known:
                found = account
        return self.account_key(found)

    def mrr(self, account: str, day: int) -> int:
        """Return cents of MRR at the end of a day."""
        changes = self._balances.get(account, [])
        index = bisect_right(changes, (day, 10**18))
        return changes[index - 1][1] if index else 0

    def paying(self, day: int) -> list[str]:
        """Return the accounts with MRR at the end of a day."""
        return sorted(account for account in self._balances if self.mrr(account, day) > 0)

    def first_paid(self, account: str) -> int | None:
        """Return the first day with MRR."""
        return next((day for day, mrr in self._balances.get(account, []) if mrr > 0), None)

    def churned(self, day: int, days: int = 90) -> set[str]:
        """Return the accounts that churned in (day, day + days]."""
        return {
            each.account
            for each in self.movements
            if each.kind == "churn" and day < each.day <= day + days
        }

    # ------------------------------------------------------------------ usage
    def _window(self, account: str, day: int, length: int) -> dict[int, set[int]]:
        found = self._users.get(account, {})
        return {each: found[each] for each in range(day - length + 1, day + 1) if each in found}

    def provisioned(self, account: str, day: int) -> int:
        """Return the users whose latest group up to a day is the account's."""
        return self._provisioned_on(day).get(account, 0)

    def _provisioned_on(self, day: int) -> dict[str, int]:
        end, counts = (day + 1) * DAY, defaultdict(int)
        for user in self.success.usage.users:
            if user.groups[0][0] < end and user.groups[0][0] + 2 <= self.known:
                counts[self._account_of(user, day)] += 1
        return counts

    def usage(self, day: int) -> list[UsageDay]:
        """Return the usage of each paying account at the end of a day."""
        provisioned = self._provisioned_on(day)
        weekdays = [
            each
            for each in range(day - 27, day + 1)
            if to_date(each).weekday() < 5 and each not in self.outages
        ]
        pairs = [
            each
            for each in range(day - 13, day + 1)
            if each not in self.outages and each - 14 not in self.outages
        ]
        rows = []
        for account in self.paying(day):
            window = self._window(account, day, 28)
            before = [each for each in self._users.get(account, {}) if each <= day]
            rows.append(
                UsageDay(
                    account,
                    day,
                    len(set().union(*window.values())),
                    sum(1 for each in weekdays if each in window),
                    len(weekdays),
                    sum(len(window.get(each, ())) for each in pairs),
                    sum(len(window.get(each - 14, ())) for each in pairs),
                    provisioned.get(account, 0),
                    day - max(before) if before else None,
                )
            )
        return rows

    # ---------------------------------------------------------------- journey
    def milestones(self, account: str) -> dict[str, int]:
        """Return the day on which each milestone of an account was reached."""
        reached = {}
        for name, event in (
            ("setup_completed", "Setup Completed"),
            ("first_value", "Report Created"),
        ):
            if (account, event) in self._first_event:
                reached[name] = self._first_event[account, event]
        week = self._steady_week(account)
        if week is not None:
            reached["active_weeks"] = week
        goals = self._goals_met.get(account)
        if goals is not None:
            reached["goal_met"] = goals
        if account in self._grown:
            reached["expansion"] = self._grown[account]
        return reached

    @cached_property
    def _grown(self) -> dict[str, int]:
        first: dict[str, int] = {}
        for each in self.movements:
            if each.kind == "expansion":
                first[each.account] = min(each.day, first.get(each.account, each.day))
        return first

    def _steady_week(self, account: str) -> int | None:
        """Return the Sunday that ends the fourth ISO week in a row with three active days."""
        weeks: dict[int, int] = defaultdict(int)
        for day in self._users.get(account, {}):
            weeks[day - to_date(day).weekday()] += 1
        for monday in sorted(weeks):
            row = [monday - 7 * back for back in range(4)]
            if all(weeks.get(each, 0) >= 3 for each in row) and monday + 6 <= self.as_of:
                return monday + 6
        return None

    @cached_property
    def _goals_met(self) -> dict[str, int]:
        by_key = {each.key: each for each in self.success.book.accounts}
        first: dict[str, int] = {}
        for record in self.success.records.tables.get("salesforce.success_goal_c", ()):
            for at, row in record.versions:
                met = row[4]
                if at <= self.known and met is not None and met // DAY <= self.as_of:
                    account = by_key[row[1]].survivor(self.known).key
                    first[account] = min(met // DAY, first.get(account, met // DAY))
        return first

    def stages(self, account: str) -> list[tuple[str, int, int | None]]:
        """Return (stage, entered, left) up to expansion, from the first paid day on."""
        entered = self.first_paid(account)
        if entered is None:
            return []
        reached = self.milestones(account)
        needed = (("setup_completed", "first_value"), ("active_weeks",), ("goal_met",),
                  ("expansion",))  # fmt: skip
        rows: list[tuple[str, int, int | None]] = []
        for stage, names in zip(_STAGES, needed, strict=False):
            left = None
            if all(name in reached for name in names):
                left = max(entered, *(reached[name] for name in names))
            rows.append((stage, entered, left))
            if left is None:
                return rows
            entered = left
        return [*rows, (_STAGES[-1], entered, None)]

    # ------------------------------------------------------- owners and voice
    def owner(self, account: Account, day: int) -> str | None:
        """Return the employee who owned an account at a day's end; None if nobody employed did."""
        own = self.success.staff.ownerships[account.number]
        number = own.on(min((day + 1) * DAY - 1, self.known))
        if number is None:
            return None
        found = self.success.staff.employees[number]
        return None if found.left is not None and found.left <= day else found.employee_id

    def ratings(self, account: str, day: int) -> dict[str, tuple[int, int]]:
        """Return (day, score) of the latest NPS answer of each contact up to a day."""
        found: dict[str, tuple[int, int]] = {}
        for answer in sorted(self.success.voice.answers, key=lambda each: each.at):
            contact = answer.contact
            is_there = answer.known_contact and contact.account.in_crm
            if not is_there or answer.at > self.known or answer.at // DAY > day:
                continue
            if contact.account.survivor(self.known).key == account:
                found[contact.key] = (answer.at // DAY, answer.score)
        return found


def usage_frame(truth: SuccessTruth, days: list[str | date | int]) -> pandas.DataFrame:
    """Return usage of paying accounts at the end of these days as a pandas frame."""
    import pandas

    rows = []
    for each in days:
        rows += [row._replace(day=to_date(row.day)) for row in truth.usage(day_number(each))]
    names = ["account_id", "score_date", *UsageDay._fields[2:]]
    # dtype object: a missing number of days stays None.
    return pandas.DataFrame(rows, columns=names, dtype=object)
