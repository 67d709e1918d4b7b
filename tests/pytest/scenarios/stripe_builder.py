"""Stories told in raw rows: customers, prices, subscriptions, invoices, discounts, CRM accounts.

    story = Story(landing, "seats")
    subscription = story.subscribe(story.price(10_00), start="2026-01-15")
    subscription.bill(until="2026-04-10")
    subscription.change("2026-04-10", quantity=3)
    subscription.bill()

Many stories share one landing; every id carries the name of its story. Amounts are minor units,
as Stripe stores them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from scenarios.landing import Landing, Record, moment, stamp
from scenarios.subscriptions import Subscription

SALESFORCE_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
EARLY = "2025-12-01 08:00:00"  # when catalogues and customers of most stories came into being


class Invoice(Record):
    """An invoice; lines are added to it one by one."""

    def line(
        self,
        subscription: Subscription,
        item_id: str | None,
        price: Record | None,
        start: str | datetime,
        end: str | datetime,
        amount: int,
        quantity: int | None = 1,
        proration: bool = False,
        **columns: Any,
    ) -> Record:
        """Add a line: `type` subscription where an item is named, else invoiceitem."""
        story = subscription.story
        catalogue = {"price_id": None, "plan_id": None}
        if price is not None:
            is_plan = price.table == "stripe.plan" or story.landing.lines_name_plans
            catalogue["plan_id" if is_plan else "price_id"] = price.id
        row = {
            "id": story.new_id("il"),
            "invoice_id": self.id,
            "subscription_id": subscription.id,
            "subscription_item_id": item_id,
            **catalogue,
            "period_start": moment(start),
            "period_end": moment(end),
            "amount": amount,
            "currency": self.row["currency"],
            "quantity": quantity,
            "proration": proration,
            "type": "subscription" if item_id and not proration else "invoiceitem",
            "livemode": self.row["livemode"],
            "_fivetran_synced": self.row["_fivetran_synced"],
        } | columns
        for total in ("subtotal", "total", "amount_due"):
            self.row[total] += amount
        return Record(self.landing, "stripe.invoice_line_item", row)


class Story:
    """A few customers and what happened to them."""

    def __init__(self, landing: Landing, name: str) -> None:
        self.landing = landing
        self.name = name
        self._counts: dict[str, int] = {}
        self._customer: Record | None = None
        self._product: Record | None = None
        self.account_ids: list[str] = []

    def new_id(self, prefix: str) -> str:
        """The next id of a kind, with the story's name in it."""
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        return f"{prefix}_{self.name}_{self._counts[prefix]}"

    def customer(self, created: str = EARLY, **columns: Any) -> Record:
        """A billing customer. `metadata` may be a dict; it lands as JSON text."""
        row = {
            "id": self.new_id("cus"),
            "name": f"Customer of {self.name}",
            "currency": "usd",
            "created": moment(created),
            "livemode": True,
            "is_deleted": False,
            "metadata": {},
            "_fivetran_synced": stamp(created),
        } | columns
        row["metadata"] = json.dumps(row["metadata"])
        self.account_ids.append(row["id"])
        return Record(self.landing, "stripe.customer", row)

    @property
    def only_customer(self) -> Record:
        """The customer of a story that needs just one."""
        if self._customer is None:
            self._customer = self.customer()
        return self._customer

    def product(self, **columns: Any) -> Record:
        """A product."""
        row = {
            "id": self.new_id("prod"),
            "name": f"Product of {self.name}",
            "active": True,
            "livemode": True,
            "is_deleted": False,
            "created": moment(EARLY),
            "_fivetran_synced": stamp(EARLY),
        } | columns
        return Record(self.landing, "stripe.product", row)

    @property
    def only_product(self) -> Record:
        """The product of prices that name none: all of them sell the same thing."""
        if self._product is None:
            self._product = self.product()
        return self._product

    def price(
        self,
        unit_amount: int | None,
        interval: str | None = "month",
        interval_count: int | None = 1,
        product: Record | None = None,
        currency: str = "usd",
        catalogue: str | None = None,
        **columns: Any,
    ) -> Record:
        """A licensed price per unit, in minor units; a plan in a landing of the older kind."""
        catalogue = catalogue or self.landing.catalogue
        common = {
            "id": self.new_id("price"),
            "product_id": (product or self.only_product).id,
            "currency": currency,
            "billing_scheme": "per_unit",
            "active": True,
            "livemode": True,
            "is_deleted": False,
            "created": moment(EARLY),
            "_fivetran_synced": stamp(EARLY),
        }
        if catalogue == "plan":
            own = {
                "amount": unit_amount,
                "interval": interval,
                "interval_count": interval_count,
                "usage_type": "licensed",
            }
        else:
            own = {
                "unit_amount": unit_amount,
                "unit_amount_decimal": None if unit_amount is None else str(unit_amount),
                "recurring_interval": interval,
                "recurring_interval_count": interval_count,
                "recurring_usage_type": "licensed" if interval else None,
            }
        return Record(self.landing, f"stripe.{catalogue}", common | own | columns)

    def subscribe(
        self,
        price: Record,
        quantity: int | None = 1,
        *,
        start: str,
        addons: tuple[tuple[Record, int], ...] = (),
        customer: Record | None = None,
        **columns: Any,
    ) -> Subscription:
        """A subscription from `start`; nothing is billed yet."""
        items = ((price, quantity), *addons)
        return Subscription(self, customer or self.only_customer, items, start, columns)

    def invoice(
        self, subscription: Subscription, created: str | datetime, **columns: Any
    ) -> Invoice:
        """An invoice without lines, paid unless `status` and `paid` say otherwise."""
        row = {
            "id": self.new_id("in"),
            "customer_id": subscription.customer_id,
            "subscription_id": subscription.id,
            "currency": subscription.currency,
            "status": "paid",
            "paid": True,
            "is_deleted": False,
            "livemode": subscription.versions[-1]["livemode"],
            "created": moment(created),
            "date": moment(created),
            "subtotal": 0,
            "total": 0,
            "amount_due": 0,
            "_fivetran_synced": stamp(created),
        } | columns
        return Invoice(self.landing, "stripe.invoice", row)

    def coupon(self, duration: str = "forever", **columns: Any) -> Record:
        """A coupon; give `percent_off`, or `amount_off` with `currency`."""
        row = {
            "id": self.new_id("coupon"),
            "duration": duration,
            "livemode": True,
            "valid": True,
            "created": moment(EARLY),
            "_fivetran_synced": stamp(EARLY),
        } | columns
        return Record(self.landing, "stripe.coupon", row)

    def discount(
        self,
        coupon: Record,
        start: str,
        end: str | None = None,
        *,
        subscription: Subscription | None = None,
        customer: Record | None = None,
        table: str = "stripe.discount",
        **columns: Any,
    ) -> Record:
        """The use of a coupon by a subscription or by a customer."""
        customer_id = (
            subscription.customer_id if subscription else (customer or self.only_customer).id
        )
        row = {
            "id": self.new_id("di"),
            "coupon_id": coupon.id,
            "customer_id": customer_id,
            "subscription_id": subscription.id if subscription else None,
            "start": moment(start),
            "end": moment(end) if end else None,
            "_fivetran_synced": stamp(start),
        }
        if table == "stripe.discount":
            row["type"] = "subscription" if subscription else "customer"
            row["type_id"] = subscription.id if subscription else customer_id
        return Record(self.landing, table, row | columns)

    def crm_account(self, created: str = EARLY, **columns: Any) -> Record:
        """An account of the CRM, with an id of 18 characters."""
        row = {
            "id": salesforce_id(self.new_id("crm")),
            "name": f"Account of {self.name}",
            "is_deleted": False,
            "_fivetran_active": True,
            "_fivetran_synced": stamp(created),
        } | columns
        self.account_ids.append(row["id"])
        return Record(self.landing, "salesforce.account", row)

    def lost_renewal(self, account: Record, closed: str, reason: str | None) -> Record:
        """A renewal opportunity of a CRM account, closed as lost."""
        row = {
            "id": salesforce_id(self.new_id("opportunity"), "006"),
            "account_id": account.id,
            "name": "Renewal",
            "type": "Renewal",
            "stage_name": "Closed Lost",
            "is_closed": True,
            "is_won": False,
            "is_deleted": False,
            "loss_reason_c": reason,
            "created_date": moment(EARLY),
            "close_date": moment(closed),
            "_fivetran_synced": stamp(closed),
        }
        return Record(self.landing, "salesforce.opportunity", row)

    def linked_customer(self, account: Record, **columns: Any) -> Record:
        """A billing customer whose metadata names a CRM account."""
        return self.customer(metadata={"salesforce_account_id": account.id}, **columns)

    def opportunity(self, account: Record, kind: str, **columns: Any) -> Record:
        """An open opportunity of a CRM account, of a type like Renewal; days are ISO texts."""
        row = {
            "id": salesforce_id(self.new_id("opp"), "006"),
            "account_id": account.id,
            "type": kind,
            "is_closed": False,
            "is_won": False,
            "is_deleted": False,
            "created_date": moment(EARLY),
            "_fivetran_synced": stamp(self.landing.today),
        } | columns
        return Record(self.landing, "salesforce.opportunity", row)

    def flat(self, start: str, end: str | None = None, *, amount: str, **columns: Any) -> Record:
        """A row of the flat billing table; `amount` in currency units for one interval."""
        row = {
            "subscription_id": f"flat_{self.name}",
            "customer_id": f"flatcus_{self.name}",
            "product": "Flat plan",
            "start_date": moment(start).date(),
            "end_date": moment(end).date() if end else None,
            "amount": amount,
            "currency": "usd",
            "interval": "month",
            "interval_count": 1,
            "quantity": 1,
            "updated_at": stamp(start),
        } | columns
        if row["customer_id"] not in self.account_ids:
            self.account_ids.append(row["customer_id"])
        return Record(self.landing, "billing.subscription_periods", row)


def salesforce_id(text: str, prefix: str = "001") -> str:
    """An 18-character id made from a text: 15 characters and Salesforce's checksum."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    # Both cases, because the suffix encodes which letters are capitals.
    base = prefix + "".join(
        letter.upper() if index % 2 else letter for index, letter in enumerate(digest)
    )
    suffix = ""
    for chunk in (base[0:5], base[5:10], base[10:15]):
        bits = sum(1 << position for position, letter in enumerate(chunk) if letter.isupper())
        suffix += SALESFORCE_SUFFIX[bits]
    return base + suffix


def heartbeat(landing: Landing) -> None:
    """A trial that began today, so that every table was synced today and nothing was paid."""
    story = Story(landing, f"heartbeat_{landing.today}")
    now = f"{landing.today} 06:00:00"
    trial_end = moment(now) + timedelta(days=14)
    fresh = {"created": moment(now), "_fivetran_synced": stamp(now)}
    customer = story.customer(created=now)
    price = story.price(10_00, product=story.product(**fresh), **fresh)
    trial = {"status": "trialing", "trial_start": moment(now), "trial_end": trial_end}
    subscription = story.subscribe(price, start=now, customer=customer, **trial)
    invoice = story.invoice(subscription, now)
    invoice.line(subscription, subscription.items[0].id, price, now, trial_end, amount=0)
    coupon = story.coupon("once", percent_off=10, **fresh)
    story.discount(coupon, now, subscription=subscription)
    story.discount(coupon, now, subscription=subscription, table="stripe.subscription_discount")
    story.crm_account(created=now)
