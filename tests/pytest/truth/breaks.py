"""Breaks planted into the demo landing, with what the reconciliation has to say of each.

Expected amounts come from the planted money and the days of the line alone: a line is spread by
days over [period_start, period_end), and what is invoiced in one month for another is timing.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]
#: The demo speaks for the end of this month.
LAST_MONTH = date(2026, 9, 1)
#: (month, step, class) -> dollars
Expected = dict[tuple[date, str, str], Fraction]


def read(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, rows: list[Row]) -> None:
    """Write rows of one shape as CSV."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def day(text: str) -> date:
    """The day of a moment as the tables write it."""
    return date.fromisoformat(text[:10])


def month_of(of: date) -> date:
    """The first day of a month."""
    return of.replace(day=1)


def spread(line: Row, amount: Fraction) -> dict[date, Fraction]:
    """An amount by days over the time a line pays for, by month."""
    first, last = day(line["period_start"]), day(line["period_end"])
    days = (last - first).days
    counted = Counter(month_of(first + timedelta(days=each)) for each in range(days))
    return {month: amount * count / days for month, count in counted.items()}


class Books:
    """The tables of the demo, and invoices at random that are as plain as invoices get."""

    def __init__(self, raw: Path, accounts: dict[str, str], seed: int) -> None:
        names = ("invoice", "invoice_line_item", "charge", "refund", "credit_note", "coupon")
        names += ("discount", "price")
        self.tables = {name: read(raw / "stripe" / f"{name}.csv") for name in names}
        self.accounts = accounts
        self.random = random.Random(seed)
        self.used: set[str] = set()
        self.lines: dict[str, list[Row]] = defaultdict(list)
        for line in self.tables["invoice_line_item"]:
            self.lines[line["invoice_id"]].append(line)
        self.charges = {
            row["invoice_id"]: row for row in self.tables["charge"] if row["paid"] == "true"
        }
        noted = {row["invoice_id"] for row in self.tables["credit_note"]}
        by_subscription: dict[str, list[Row]] = defaultdict(list)
        for invoice in self.tables["invoice"]:
            by_subscription[invoice["subscription_id"]].append(invoice)
        self.plain: list[Row] = []
        for invoices in by_subscription.values():
            ordered = sorted(invoices, key=lambda row: row["created"])
            for before, invoice, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
                if invoice["id"] not in noted and self._is_plain(before, invoice, after):
                    self.plain.append(invoice)

    def _is_plain(self, *neighbours: Row) -> bool:
        """A paid month in dollars between two like it: nothing else happens around it."""
        said = set()
        for invoice in neighbours:
            lines = self.lines[invoice["id"]]
            if len(lines) != 1 or invoice["id"] not in self.charges:
                return False
            line, charge = lines[0], self.charges[invoice["id"]]
            regular = line["type"] == "subscription" and line["proration"] == "false"
            same = invoice["subtotal"] == invoice["total"] == invoice["amount_paid"]
            whole = (day(line["period_end"]) - day(line["period_start"])).days < 32
            if not (regular and same and whole) or charge["amount_refunded"] != "0":
                return False
            said.add((line["price_id"], line["quantity"], line["amount"], invoice["currency"]))
        return (
            len(said) == 1
            and said.pop()[3] == "usd"
            and neighbours[1]["customer_id"] in self.accounts
        )

    def invoice(self) -> tuple[str, Row, Row, Row]:
        """Account, invoice, line and charge, of an account without a break so far."""
        while True:
            invoice = self.random.choice(self.plain)
            account = self.accounts[invoice["customer_id"]]
            if account not in self.used:
                self.used.add(account)
                key = invoice["id"]
                return account, invoice, self.lines[key][0], self.charges[key]

    def cents(self) -> int:
        """An amount at random that no list price has."""
        return self.random.randrange(1_001, 9_000)

    def bill(self, invoice: Row, charge: Row, cents: int, *columns: str) -> None:
        """Raise an invoice with what is paid for it."""
        for column in ("total", "amount_due", "amount_paid", *columns):
            invoice[column] = str(int(invoice[column]) + cents)
        charge["amount"] = str(int(charge["amount"]) + cents)

    def save(self, landing: Path) -> None:
        """Write the tables back."""
        for name, rows in self.tables.items():
            write(landing / "stripe" / f"{name}.csv", rows)


def billed(line: Row, issued: str, cents: int, difference_class: str) -> Expected:
    """A recurring amount that was invoiced: by its days, and moved to the month of the invoice."""
    expected: Expected = defaultdict(Fraction)
    for month, share in spread(line, Fraction(cents, 100)).items():
        expected[month, "service", difference_class] += share
        expected[month, "invoice", "timing"] -= share
    expected[month_of(day(issued)), "invoice", "timing"] += Fraction(cents, 100)
    return expected


def only(invoice: Row, step: str, difference_class: str, cents: int) -> Expected:
    """One amount in the month of the invoice."""
    return {(month_of(day(invoice["created"])), step, difference_class): Fraction(cents, 100)}


def wrong_amount(books: Books) -> tuple[str, Expected]:
    """A line bills more than price times quantity, and it was paid."""
    account, invoice, line, charge = books.invoice()
    cents = books.cents()
    line["amount"] = str(int(line["amount"]) + cents)
    books.bill(invoice, charge, cents, "subtotal")
    return account, billed(line, invoice["created"], cents, "unexplained")


def missing_invoice(books: Books) -> tuple[str, Expected]:
    """An invoice with its line and its payment never came."""
    account, invoice, line, charge = books.invoice()
    books.tables["invoice"].remove(invoice)
    books.tables["invoice_line_item"].remove(line)
    books.tables["charge"].remove(charge)
    return account, billed(line, invoice["created"], -int(line["amount"]), "unexplained")


def doubled_line(books: Books) -> tuple[str, Expected]:
    """A line stands on its invoice twice, and was paid twice."""
    account, invoice, line, charge = books.invoice()
    books.tables["invoice_line_item"].append({**line, "id": f"{line['id']}x"})
    books.bill(invoice, charge, int(line["amount"]), "subtotal")
    return account, billed(line, invoice["created"], int(line["amount"]), "unexplained")


def unequal_line(books: Books) -> tuple[str, Expected]:
    """A line says more than its invoice, which was paid as it stands (fault 58)."""
    account, invoice, line, _ = books.invoice()
    cents = books.cents()
    line["amount"] = str(int(line["amount"]) + cents)
    expected = billed(line, invoice["created"], cents, "unexplained")
    return account, expected | only(invoice, "invoice", "unexplained", -cents)


def once_coupon(books: Books) -> tuple[str, Expected]:
    """A coupon for one invoice."""
    account, invoice, line, charge = books.invoice()
    cents = min(books.cents(), int(line["amount"]) // 2)
    books.bill(invoice, charge, -cents)
    coupon = {**books.tables["coupon"][0], "id": "once_more", "duration": "once", "name": "Sorry"}
    coupon |= {"amount_off": str(cents), "percent_off": "", "currency": "usd"}
    coupon["duration_in_months"] = ""
    books.tables["coupon"].append(coupon)
    given = {
        **books.tables["discount"][0],
        "id": "di_once_more",
        "coupon_id": "once_more",
        "end": "",
    }
    given |= {"type": "subscription", "type_id": invoice["subscription_id"]}
    given |= {"subscription_id": invoice["subscription_id"], "customer_id": invoice["customer_id"]}
    books.tables["discount"].append({**given, "start": invoice["created"]})
    return account, billed(line, invoice["created"], -cents, "discount")


def refunded(books: Books) -> tuple[str, Expected]:
    """A part of a payment is given back."""
    account, invoice, _, charge = books.invoice()
    cents = int(charge["amount"]) // 3
    charge["amount_refunded"] = str(cents)
    refund = {**books.tables["refund"][0], "id": "re_planted", "charge_id": charge["id"]}
    books.tables["refund"].append({**refund, "currency": "usd", "amount": str(cents)})
    return account, only(invoice, "payment", "credit", -cents)


def refunded_twice(books: Books) -> tuple[str, Expected]:
    """One refund of a whole payment stands there under two ids (fault 57)."""
    account, invoice, _, charge = books.invoice()
    charge["amount_refunded"] = charge["amount"]
    for name in ("re_once", "re_twice"):
        refund = {**books.tables["refund"][0], "id": name, "charge_id": charge["id"]}
        books.tables["refund"].append({**refund, "amount": charge["amount"]})
    return account, only(invoice, "payment", "credit", -2 * int(charge["amount"]))


def credited(books: Books) -> tuple[str, Expected]:
    """A credit note gives a paid amount to the customer's balance."""
    account, invoice, _, charge = books.invoice()
    cents = int(charge["amount"]) // 4
    note = {**books.tables["credit_note"][0], "id": "cn_planted", "invoice_id": invoice["id"]}
    note |= {"refund_id": "", "type": "post_payment", "currency": "usd", "amount": str(cents)}
    books.tables["credit_note"].append(note)
    return account, only(invoice, "payment", "credit", -cents)


def unpaid(books: Books) -> tuple[str, Expected]:
    """An invoice was never paid."""
    account, invoice, _, charge = books.invoice()
    books.tables["charge"].remove(charge)
    invoice |= {"status": "open", "paid": "false", "charge_id": "", "amount_paid": "0"}
    invoice["amount_remaining"] = invoice["total"]
    return account, only(invoice, "payment", "unpaid", -int(invoice["total"]))


def lost_payment(books: Books) -> tuple[str, Expected]:
    """An invoice says that a charge paid it, and there is none."""
    account, invoice, _, charge = books.invoice()
    books.tables["charge"].remove(charge)
    return account, only(invoice, "payment", "unexplained", -int(invoice["total"]))


def taxed(books: Books) -> tuple[str, Expected]:
    """Tax on an invoice."""
    account, invoice, _, charge = books.invoice()
    cents = books.cents()
    invoice["tax"] = str(cents)
    books.bill(invoice, charge, cents)
    return account, only(invoice, "invoice", "tax", cents)


def one_off(books: Books) -> tuple[str, Expected]:
    """A charge that does not recur."""
    account, invoice, line, charge = books.invoice()
    cents = books.cents()
    extra = {**line, "id": "il_one_off", "type": "invoiceitem", "amount": str(cents)}
    extra |= {"subscription_item_id": "", "plan_id": "", "price_id": "", "quantity": "1"}
    books.tables["invoice_line_item"].append(extra)
    books.bill(invoice, charge, cents, "subtotal")
    return account, only(invoice, "invoice", "one_off", cents)


def usage(books: Books) -> tuple[str, Expected]:
    """Metered usage."""
    account, invoice, line, charge = books.invoice()
    cents = books.cents()
    metered = (row for row in books.tables["price"] if row["recurring_usage_type"] == "metered")
    price = next(row["id"] for row in metered if row["currency"] == "usd")
    extra = {**line, "id": "il_usage", "amount": str(cents), "subscription_item_id": "si_usage"}
    books.tables["invoice_line_item"].append({**extra, "plan_id": price, "price_id": price})
    books.bill(invoice, charge, cents, "subtotal")
    return account, only(invoice, "invoice", "usage", cents)


def misdated(books: Books) -> tuple[str, Expected]:
    """An invoice carries a date of two months before."""
    account, invoice, line, _ = books.invoice()
    before = datetime.fromisoformat(invoice["created"]) - timedelta(days=62)
    expected = only(invoice, "invoice", "timing", -int(line["amount"]))
    invoice["created"] = before.strftime("%Y-%m-%dT%H:%M:%SZ")
    return account, expected | only(invoice, "invoice", "timing", int(line["amount"]))


KINDS: tuple[Callable[[Books], tuple[str, Expected]], ...] = (
    wrong_amount,
    missing_invoice,
    doubled_line,
    unequal_line,
    once_coupon,
    refunded,
    refunded_twice,
    credited,
    unpaid,
    lost_payment,
    taxed,
    one_off,
    usage,
    misdated,
)


class Corrected(NamedTuple):
    """A corrected rate: its month, all accounts it can move, and the fx of one of them by month."""

    month: date
    accounts: set[str]
    account: str
    fx: dict[date, Fraction]


def corrected_rate(books: Books, rates: list[Row]) -> Corrected:
    """Raise the euro of one month by 3% and say what fx a plain account's lines then have.

    A month's share of a line is valued at the rate of that month and released at the rate of the
    month of the invoice; fx is the difference.
    """
    by_account: dict[str, list[Row]] = defaultdict(list)
    for invoice in books.tables["invoice"]:
        if invoice["currency"] == "eur" and invoice["customer_id"] in books.accounts:
            by_account[books.accounts[invoice["customer_id"]]].append(invoice)
    plain = [
        account
        for account, invoices in sorted(by_account.items())
        if len(invoices) > 6
        and all(
            invoice["status"] == "paid"
            and {line["type"] for line in books.lines[invoice["id"]]} == {"subscription"}
            for invoice in invoices
        )
    ]
    account = books.random.choice(plain)
    issued = sorted({month_of(day(row["created"])) for row in by_account[account]})
    corrected = books.random.choice(issued[1:-1])
    euro = {}
    for row in rates:
        if row["currency"] == "eur":
            if row["rate_date"] == corrected.isoformat():
                row["rate"] = str(round(Decimal(row["rate"]) * Decimal("1.03"), 6))
            euro[date.fromisoformat(row["rate_date"])] = Fraction(row["rate"])
    found: dict[date, Fraction] = defaultdict(Fraction)
    for invoice in by_account[account]:
        # What discounts leave of the lines.
        kept = Fraction(int(invoice["total"]) - int(invoice["tax"]), int(invoice["subtotal"]) or 1)
        for line in books.lines[invoice["id"]]:
            for month, share in spread(line, kept * int(line["amount"]) / 100).items():
                if month <= LAST_MONTH:
                    rate = euro[month_of(day(invoice["created"]))]
                    found[month] -= share * (euro[month] - rate)
    return Corrected(corrected, set(by_account), account, found)
