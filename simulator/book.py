"""The company's books: everybody and everything in it, with numbers and ids.

The scripting interface: build a `Book`, add accounts, customers and subscriptions, act on
them in order of time, then wrap it as `Company(book)`.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from simulator.catalog import Catalog, Coupon, Price
from simulator.clock import DAY, SyncSchedule, day_number, moment
from simulator.contracts import Account, Customer, Discount
from simulator.fx import Rates
from simulator.ids import salesforce_id, stripe_id
from simulator.subscription import Subscription, When


class Book:
    """All facts of one simulated company from `start` to `end` (days, both included).

    `rates` overrides exchange rates: (currency, first of month) -> dollars for one unit.
    """

    def __init__(
        self,
        start: str | date,
        end: str | date,
        *,
        seed: int = 0,
        schedule: SyncSchedule | None = None,
        rates: dict[tuple[str, date], Decimal] | None = None,
    ) -> None:
        self.seed = seed
        self.start_day = day_number(start)
        self.end_day = day_number(end)
        self.schedule = schedule or SyncSchedule()
        self.rates = Rates(rates)
        self.catalog = Catalog(created=(self.start_day - 90) * DAY)
        self.accounts: list[Account] = []
        self.customers: list[Customer] = []
        self.subscriptions: list[Subscription] = []
        self.discounts: list[Discount] = []
        self.users = 8
        self._numbers: defaultdict[str, int] = defaultdict(int)

    def next_number(self, kind: str) -> int:
        """Return the next number of a kind, from 0."""
        number = self._numbers[kind]
        self._numbers[kind] = number + 1
        return number

    def key(self, prefix: str, number: int) -> str:
        """Return the id of the number of a kind."""
        return stripe_id(self.seed, prefix, number)

    def account(
        self, name: str | None = None, created: When | None = None, **facts: Any
    ) -> Account:
        """Add an account to the CRM (facts: fields of `Account`)."""
        number = self.next_number("account")
        at = self.start_day * DAY - 10 * DAY if created is None else moment(created)
        account = Account(
            number=number,
            key=salesforce_id(self.seed, "001", number),
            name=name or f"Company {number}",
            created=at,
            owner=number % self.users,
            **facts,
        )
        self.accounts.append(account)
        return account

    def customer(
        self,
        account: Account,
        created: When | None = None,
        *,
        currency: str = "usd",
        linked: bool = True,
        **facts: Any,
    ) -> Customer:
        """Add a billing customer of an account; `linked` false leaves the metadata empty."""
        number = self.next_number("cus")
        at = self.start_day * DAY if created is None else moment(created)
        customer = Customer(
            number=number,
            key=self.key("cus", number),
            account=account,
            created=at,
            currency=currency,
            livemode=not account.is_test,
            links=[(0, account if linked else None)],
            **facts,
        )
        account.customers.append(customer)
        self.customers.append(customer)
        return customer

    def subscribe(
        self, customer: Customer, at: When, *items: tuple[Price, int], **terms: Any
    ) -> Subscription:
        """Start a subscription of (price, quantity) pairs; terms as in `Subscription`."""
        subscription = Subscription(self, customer, at, list(items), **terms)
        self.subscriptions.append(subscription)
        return subscription

    def simple_price(
        self,
        amount: Fraction | int | str,
        unit: str = "month",
        *,
        product: str = "Base",
        **terms: Any,
    ) -> Price:
        """Add a product with one price (whole currency units): a shortcut for scripts."""
        found = next((each for each in self.catalog.products if each.name == product), None)
        return self.catalog.price(
            found or self.catalog.product(product), amount, unit=unit, **terms
        )

    def new_discount(
        self, coupon: Coupon, start: int, tables: tuple[str, ...] = ("discount",)
    ) -> Discount:
        """Register a discount; the caller says whose it is."""
        number = self.next_number("di")
        discount = Discount(number, self.key("di", number), coupon, start, tables=tables)
        self.discounts.append(discount)
        return discount

    def discount_customer(
        self,
        customer: Customer,
        at: When,
        coupon: Coupon,
        tables: tuple[str, ...] = ("discount",),
    ) -> Discount:
        """Give a customer a coupon: it holds where a subscription has none of its own."""
        discount = self.new_discount(coupon, moment(at), tables)
        discount.customer = customer
        customer.discounts.append(discount)
        customer.touches.append(discount.start)
        return discount

    def merge(self, loser: Account, survivor: Account, at: When) -> None:
        """Merge one CRM account into another."""
        loser.merged_into, loser.merged_at = survivor, moment(at)

    def relink(self, customer: Customer, at: When, account: Account) -> None:
        """Correct the CRM account that a billing customer names."""
        customer.links.append((moment(at), account))
        customer.touches.append(moment(at))

    def start_connector(self, account: Account, at: When) -> None:
        """Let the connector bring the account's billing rows only from a moment on."""
        account.first_sync = self.schedule.slot(moment(at))

    def finish(self) -> None:
        """Let all subscriptions run to the end of the last day."""
        for subscription in self.subscriptions:
            subscription.advance((self.end_day + 1) * DAY)
