"""MRR read from emitted rows alone, in plain Python, by definitions.md section 2.

A second, slow opinion: it never looks at the simulator's contracts, the simulator's truth never
at rows. Where both agree, the emitted tables show what the truth says they show.
"""

from __future__ import annotations

import csv
import json
from bisect import bisect_right
from collections import defaultdict
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from pyarrow import parquet

PER_MONTH = {"year": Fraction(1, 12), "month": Fraction(1), "week": Fraction(52, 12)}
EXPONENT = {"usd": 2, "eur": 2, "jpy": 0}
NOT_BEFORE = ("incomplete", "incomplete_expired", "trialing", "paused")


def read(path: Path) -> list[dict]:
    """Return the rows of a CSV or parquet file as dicts; CSV values are texts, empty is None."""
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pylist()
    with path.open(newline="", encoding="utf-8") as handle:
        return [
            {name: value or None for name, value in row.items()} for row in csv.DictReader(handle)
        ]


def when(text: str | datetime | None) -> datetime | None:
    if text is None or isinstance(text, datetime):
        return text
    return datetime.fromisoformat(text).replace(tzinfo=None)


def synced(row: dict) -> datetime:
    return when(row["_fivetran_synced"])


def is_true(value: str | bool | None) -> bool:
    return value is True or value == "true"


class Memory:
    """All rows of all landings: `latest` by table and key, `seen` versions, `vanished` days."""

    def __init__(self, landings: list[Path], layout: str) -> None:
        self.latest: dict[str, dict[tuple, dict]] = defaultdict(dict)
        self.seen: dict[str, dict[tuple, list[dict]]] = defaultdict(lambda: defaultdict(list))
        self.vanished: dict[tuple[str, tuple], date] = {}
        self.as_of = date(1970, 1, 1)
        for landing in landings:
            tables = {
                f"{file.parent.name if layout == 'whole' else file.parent.parent.name}."
                f"{file.stem if layout == 'whole' else file.parent.name}": read(file)
                for file in sorted(landing.rglob("*.csv")) + sorted(landing.rglob("*.parquet"))
                if "reference" not in file.parts
            }
            overall = max(synced(row) for rows in tables.values() for row in rows).date()
            self.as_of = max(self.as_of, overall)
            for table, rows in tables.items():
                self._load(table, rows, layout, overall)

    def _load(self, table: str, rows: list[dict], layout: str, overall: date) -> None:
        newest = max((synced(row) for row in rows), default=None)
        current = {key_of(table, row): row for row in rows}
        assert len(current) == len(rows), f"{table} repeats a key"
        for key, row in current.items():
            if is_true(row.get("_fivetran_deleted")) and table != "salesforce.user":
                self.vanished[(table, key)] = synced(row).date()
            else:
                self.seen[table][key].append(row)
        if layout == "whole":
            for key in self.latest[table].keys() - current.keys():
                own = synced(self.latest[table][key]).date()
                day = newest.date() if newest and newest.date() > own else overall
                self.vanished[(table, key)] = day
            self.latest[table] = current
        else:
            for key, row in current.items():
                self.latest[table].pop(key, None)
                if (table, key) not in self.vanished:
                    self.latest[table][key] = row


def key_of(table: str, row: dict) -> tuple:
    if table == "stripe.subscription_history":
        return row["id"], row["_fivetran_start"]
    if table == "stripe.invoice_line_item":
        return row["invoice_id"], row["id"]
    if table == "stripe.discount":
        return row["id"], row["type"], row["type_id"]
    return (row["id"],)


class Reader:
    """Computes MRR by account and day from a `Memory`."""

    def __init__(self, memory: Memory, rates: Path, internal: Path) -> None:
        self.memory = memory
        self.prices = {row["id"]: row for row in memory.latest["stripe.price"].values()}
        self.rates = {
            (row["currency"], date.fromisoformat(row["rate_date"])): Fraction(row["rate"])
            for row in read(rates)
        }
        self.internal = {row["account_id"] for row in read(internal)}
        self.customers = {row["id"]: row for row in memory.latest["stripe.customer"].values()}
        self.accounts = {row["id"]: row for row in memory.latest["salesforce.account"].values()}
        self.versions = defaultdict(list)
        for rows in memory.seen["stripe.subscription_history"].values():
            self.versions[rows[-1]["id"]].append(rows[-1])
        for versions in self.versions.values():
            versions.sort(key=lambda row: when(row["_fivetran_start"]))
        invoices = {row["id"]: row for row in memory.latest["stripe.invoice"].values()}
        self.lines = defaultdict(list)
        self.subscription_items = defaultdict(set)
        for line in memory.latest["stripe.invoice_line_item"].values():
            invoice = invoices[line["invoice_id"]]
            dead = invoice["status"] == "void" or is_true(invoice["is_deleted"])
            if line["subscription_item_id"] and not dead:
                self.lines[line["subscription_item_id"]].append(line)
                self.subscription_items[line["subscription_id"]].add(line["subscription_item_id"])
        for rows in memory.seen["stripe.subscription_item"].values():
            self.subscription_items[rows[-1]["subscription_id"]].add(rows[-1]["id"])
        self.discounts = self._discounts()

    # ------------------------------------------------------------------ accounts
    def account_of(self, customer_id: str) -> str | None:
        row = self.customers[customer_id]
        if not is_true(row["livemode"]):
            return None
        wanted = json.loads(row["metadata"] or "{}").get("salesforce_account_id")
        if wanted is not None and len(wanted) == 15:
            wanted = next((key for key in self.accounts if key[:15] == wanted), None)
        if wanted not in self.accounts:
            return customer_id
        while self.accounts[wanted]["master_record_id"] is not None:
            wanted = self.accounts[wanted]["master_record_id"]
        return None if wanted in self.internal else wanted

    # --------------------------------------------------------------------- items
    def gross(self, price: dict, quantity: int) -> Fraction:
        unit = price["unit_amount_decimal"] or price["unit_amount"]
        return self.to_month(price, Fraction(str(unit)) * quantity)

    def to_month(self, price: dict, minor: Fraction) -> Fraction:
        whole = minor / 10 ** EXPONENT[price["currency"]]
        count = int(price["recurring_interval_count"])
        return whole * PER_MONTH[price["recurring_interval"]] / count

    def claims(self, item_id: str) -> list[tuple]:
        """Return (moment, order, price id or None, quantity, gross) in order."""
        regular, prorations, found = defaultdict(list), defaultdict(list), []
        for line in self.lines[item_id]:
            price = self.prices.get(line["price_id"])
            if price is None or price["recurring_usage_type"] != "licensed":
                continue
            group = prorations if is_true(line["proration"]) else regular
            group[when(line["period_start"])].append(line)
        for at, lines in regular.items():
            price = self.prices[lines[0]["price_id"]]
            quantity = sum(int(line["quantity"]) for line in lines)
            amount = self.to_month(price, Fraction(sum(int(line["amount"]) for line in lines)))
            if price["billing_scheme"] != "tiered":
                amount = self.gross(price, quantity)
            end = when(lines[0]["period_end"])
            found.append((at, 1, price["id"], quantity, amount, end))
        for at, lines in prorations.items():
            line = max(lines, key=lambda each: int(each["amount"]))
            if int(line["amount"]) < 0:
                if at not in regular:
                    found.append((at, 1, None, None, None, None))
                continue
            price, quantity = self.prices[line["price_id"]], int(line["quantity"])
            if price["billing_scheme"] == "tiered":
                later = [
                    c for c in sorted(found) if c[0] > at and c[2:4] == (price["id"], quantity)
                ]
                amount = later[0][4] if later else self.scaled(price, line)
            else:
                amount = self.gross(price, quantity)
            found.append((at, 1, price["id"], quantity, amount, when(line["period_end"])))
        return self.with_rows(item_id, found)

    def scaled(self, price: dict, line: dict) -> Fraction:
        start, end = when(line["period_start"]), when(line["period_end"])
        months = int(price["recurring_interval_count"])
        months *= 12 if price["recurring_interval"] == "year" else 1
        year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
        full = end - end.replace(year=year, month=month + 1)
        ratio = Fraction(int(full.total_seconds()), int((end - start).total_seconds()))
        return self.to_month(price, int(line["amount"]) * ratio)

    def with_rows(self, item_id: str, found: list[tuple]) -> list[tuple]:
        rows = self.memory.seen["stripe.subscription_item"].get((item_id,), [])
        for row in rows:
            price = self.prices[row["plan_id"]]
            if price["recurring_usage_type"] == "metered":
                return []
            quantity = int(row["quantity"])
            amount = None if price["billing_scheme"] == "tiered" else self.gross(price, quantity)
            found.append((synced(row), 2, price["id"], quantity, amount, None))
        found.sort(key=lambda claim: claim[:2])
        if (item_id,) not in self.memory.latest["stripe.subscription_item"]:
            ends = [claim[5] for claim in found if claim[1] == 1 and claim[2] is not None][-1:]
            day = self.memory.vanished.get(("stripe.subscription_item", (item_id,)))
            if day is not None and rows:
                ends.append(datetime(day.year, day.month, day.day))  # noqa: DTZ001
            if ends:
                end = min(ends)
                found = [claim for claim in found if claim[0] < end]
                found.append((end, 3, None, None, None, None))
        if rows and found:
            created = min(when(row["created"]) for row in rows)
            found[0] = (min(found[0][0], created), *found[0][1:])
        return found

    def item_days(self, item_id: str) -> list[tuple[date, str | None, Fraction | None]]:
        days: dict[date, tuple] = {}
        state = None
        for at, _, price_id, quantity, amount, _ in self.claims(item_id):
            if price_id is not None and amount is None:
                amount = state[2] if state else Fraction(0)
            state = (price_id, quantity, amount)
            days[at.date()] = (price_id, amount)
        return [(day, *days[day]) for day in sorted(days)]

    # ------------------------------------------------------- statuses, discounts
    def status_days(self, versions: list[dict]) -> list[tuple[date, bool, str]]:
        first, last = versions[0], versions[-1]
        days: dict[date, tuple] = {}
        if first["status"] not in NOT_BEFORE:
            since = (when(first["trial_end"]) or when(first["start_date"])).date()
            if since < when(first["_fivetran_start"]).date():
                days[since] = (True, first["customer_id"])
        for version in versions:
            day = when(version["_fivetran_start"]).date()
            days[day] = (version["status"] in ("active", "past_due"), version["customer_id"])
        ended = when(last["ended_at"])
        if ended is not None:
            days = {day: state for day, state in days.items() if day < ended.date()}
            days[ended.date()] = (False, last["customer_id"])
        return [(day, *days[day]) for day in sorted(days)]

    def _discounts(self) -> dict[str, tuple]:
        coupons = {row["id"]: row for row in self.memory.latest["stripe.coupon"].values()}
        found = {}
        for table in ("stripe.subscription_discount", "stripe.discount"):
            for key, rows in self.memory.seen[table].items():
                row = rows[-1]
                ends = [when(row["end"]).date()] if row["end"] else []
                if (table, key) in self.memory.vanished:
                    ends.append(self.memory.vanished[(table, key)])
                coupon = coupons[row["coupon_id"]]
                start = when(row["start"])
                found[row["id"]] = (start, min(ends, default=date.max), coupon, row)
        return found

    def discounts_on(self, day: date, subscription_id: str, customer_id: str) -> list[dict]:
        active = [
            (start, coupon["percent_off"] is None, key, coupon, row)
            for key, (start, end, coupon, row) in self.discounts.items()
            if start.date() <= day < end and coupon["duration"] != "once"
        ]
        own = [each for each in active if each[4]["subscription_id"] == subscription_id]
        theirs = [
            each
            for each in active
            if each[4]["subscription_id"] is None and each[4]["customer_id"] == customer_id
        ]
        return [each[3] for each in sorted(own or theirs, key=lambda each: each[:3])]

    # ----------------------------------------------------------------------- MRR
    def account_days(self) -> dict[str, list[tuple[date, int]]]:
        """Return the changes of MRR in whole cents: account -> (day, new value)."""
        deltas: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for subscription_id, versions in self.versions.items():
            before: dict[str, int] = {}
            for day, account, cents in self.subscription_values(subscription_id, versions):
                for other, value in before.items():
                    deltas[other][day] -= value
                before = {account: cents} if account is not None else {}
                for other, value in before.items():
                    deltas[other][day] += value
        result = {}
        for account, days in deltas.items():
            value, changes = 0, []
            for day in sorted(days):
                if days[day]:
                    value += days[day]
                    changes.append((day, value))
            if changes:
                result[account] = changes
        return result

    def subscription_values(self, subscription_id: str, versions: list[dict]):
        statuses = self.status_days(versions)
        items = [self.item_days(item) for item in sorted(self.subscription_items[subscription_id])]
        breaks = {entry[0] for entry in statuses} | {day[0] for item in items for day in item}
        customers = {entry[2] for entry in statuses}
        currency = self.customers[statuses[0][2]]["currency"]
        for start, end, _, row in self.discounts.values():
            if row["subscription_id"] == subscription_id or row["customer_id"] in customers:
                breaks |= {start.date(), end}
        if currency != "usd":
            breaks |= {day for code, day in self.rates if code == currency}
        for day in sorted(breaks):
            status = at(statuses, day)
            if status is None or day > self.memory.as_of:
                continue
            total = 0
            if status[1]:
                states = [state for item in items if (state := at(item, day)) and state[1]]
                applied = self.discounts_on(day, subscription_id, status[2])
                total = self.total(day, currency, states, applied)
            yield day, self.account_of(status[2]), total

    def total(self, day: date, currency: str, states: list, discounts: list[dict]) -> int:
        rate = 1 if currency == "usd" else self.rates[(currency, day.replace(day=1))]
        gross = sum(state[2] for state in states)
        total = 0
        for _, price_id, value in states:
            net = value
            for coupon in discounts:
                if coupon["percent_off"] is not None:
                    net *= 1 - Fraction(str(coupon["percent_off"])) / 100
                elif coupon["currency"] == currency and gross:
                    off = self.to_month(self.prices[price_id], Fraction(coupon["amount_off"]))
                    net -= off * value / gross
            total += int(max(net, 0) * rate * 100 + Fraction(1, 2))
        return total


def at(entries: list[tuple], day: date) -> tuple | None:
    index = bisect_right([entry[0] for entry in entries], day)
    return entries[index - 1] if index else None
