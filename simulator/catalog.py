"""What the company sells: products, prices by currency and interval, coupons."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from simulator.money import EXPONENTS, monthly, round_half_away, to_units


@dataclass(frozen=True)
class Product:
    """A product; `number` gives its id."""

    number: int
    name: str
    created: int
    livemode: bool = True
    unit_label: str | None = None


@dataclass(frozen=True, eq=False)
class Price:
    """A price in minor units per seat and per `count` x `unit` of time.

    `tiers` (for graduated prices) holds (seats up to, minor units each), the last bound None.
    A one-time price has no `unit`.
    """

    number: int
    product: Product
    currency: str
    amount: Fraction | None
    unit: str | None
    count: int
    created: int
    usage: str = "licensed"
    tiers: tuple[tuple[int | None, int], ...] = ()
    retired: int | None = None
    nickname: str | None = None
    _monthly: dict[int, Fraction] = field(default_factory=dict, repr=False)

    @property
    def is_tiered(self) -> bool:
        """Whether seats cost different amounts by their number."""
        return bool(self.tiers)

    @property
    def is_metered(self) -> bool:
        """Whether usage is counted and billed afterwards: no MRR."""
        return self.usage == "metered"

    def parts(self, quantity: int) -> list[tuple[int, int]]:
        """Return (seats, amount in minor units) of each line one interval is billed with."""
        if not self.tiers:
            return [(quantity, round_half_away(self.amount * quantity))]
        result, below = [], 0
        for bound, each in self.tiers:
            upper = quantity if bound is None else min(quantity, bound)
            if upper > below:
                result.append((upper - below, (upper - below) * each))
                below = upper
        return result or [(0, 0)]

    def full_amount(self, quantity: int) -> int:
        """Return what one interval is billed with, in minor units."""
        if not self.tiers:
            return round_half_away(self.amount * quantity)
        return sum(amount for _, amount in self.parts(quantity))

    def to_month(self, minor: Fraction | int) -> Fraction:
        """Return minor units for one interval as currency units a month."""
        return monthly(to_units(minor, self.currency), self.unit, self.count)

    def gross_monthly(self, quantity: int) -> Fraction:
        """Return currency units a month for so many seats, before discounts."""
        if quantity not in self._monthly:
            minor = self.full_amount(quantity) if self.tiers else self.amount * quantity
            self._monthly[quantity] = self.to_month(minor)
        return self._monthly[quantity]


@dataclass(frozen=True)
class Coupon:
    """A coupon: `percent_off` (0-100) or `amount_off` (minor units of `currency`).

    `duration` is once, repeating (for `months`) or forever.
    """

    key: str
    duration: str
    created: int
    percent_off: Fraction | None = None
    amount_off: int | None = None
    currency: str | None = None
    months: int | None = None


class Catalog:
    """All products, prices and coupons, with numbers given in order of creation."""

    def __init__(self, created: int) -> None:
        self.created = created
        self.products: list[Product] = []
        self.prices: list[Price] = []
        self.coupons: dict[str, Coupon] = {}
        self._by_terms: dict[tuple, Price] = {}

    def product(self, name: str, livemode: bool = True, unit_label: str | None = "seat") -> Product:
        """Add a product and return it."""
        product = Product(len(self.products), name, self.created, livemode, unit_label)
        self.products.append(product)
        return product

    def price(
        self,
        product: Product,
        amount: Fraction | int | str | None,
        *,
        currency: str = "usd",
        unit: str | None = "month",
        count: int = 1,
        usage: str = "licensed",
        tiers: tuple[tuple[int | None, int], ...] = (),
        created: int | None = None,
        nickname: str | None = None,
    ) -> Price:
        """Add a price of `amount` whole currency units per seat and interval.

        `tiers` are given in minor units; then `amount` is None.
        """
        minor = None if amount is None else Fraction(amount) * 10 ** EXPONENTS[currency]
        price = Price(
            number=len(self.prices),
            product=product,
            currency=currency,
            amount=minor,
            unit=unit,
            count=count,
            created=self.created if created is None else created,
            usage=usage,
            tiers=tiers,
            nickname=nickname,
        )
        self.prices.append(price)
        self._by_terms[(product.name, currency, unit, count, nickname)] = price
        return price

    def find(
        self, product: str, currency: str, unit: str, count: int, nickname: str | None = None
    ) -> Price:
        """Return the price of a product for a currency and an interval; KeyError if none."""
        return self._by_terms[(product, currency, unit, count, nickname)]

    def coupon(self, key: str, duration: str, **terms: object) -> Coupon:
        """Add a coupon (terms: percent_off, amount_off in minor units, currency, months)."""
        if terms.get("percent_off") is not None:
            terms["percent_off"] = Fraction(str(terms["percent_off"]))
        coupon = Coupon(key=key, duration=duration, created=self.created, **terms)
        self.coupons[key] = coupon
        return coupon
