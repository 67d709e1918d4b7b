"""The price list and the coupons of the simulated company."""

from __future__ import annotations

from fractions import Fraction

from simulator.book import Book
from simulator.catalog import Coupon, Price

#: product -> dollars per seat (or per unit) and month
MONTHLY = {
    "Starter": Fraction(14),
    "Growth": Fraction(29),
    "Scale": Fraction(59),
    "Insights": Fraction(8),
    "Priority Support": Fraction(190),
    "Storage": Fraction(1, 8),
}
#: (unit, count) -> how many months' price one interval costs
INTERVALS = {
    ("month", 1): Fraction(1),
    ("month", 3): Fraction(57, 20),
    ("year", 1): Fraction(51, 5),
}
WEEK = ("week", 1)
#: local units for one dollar of the price list
LEVELS = {"usd": Fraction(1), "eur": Fraction(19, 20), "jpy": Fraction(140)}
RISE = "2025"
TIERS = ((10, 2400), (40, 1900), (None, 1500))
ADD_ONS = ("Insights", "Priority Support", "Storage")
UPGRADES = {"Starter": "Growth", "Growth": "Scale"}


class Offer:
    """All that can be sold, looked up by name."""

    def __init__(self, book: Book) -> None:
        self.catalog = book.catalog
        for name, dollars in MONTHLY.items():
            product = self.catalog.product(name, unit_label="unit" if name == "Storage" else "seat")
            for currency, level in LEVELS.items():
                for interval, months in INTERVALS.items():
                    amount = self._rounded(dollars * level * months, name, currency)
                    self._add(product, amount, currency, interval)
                    if name == "Growth":
                        risen = self._rounded(dollars * level * months * 11 / 10, name, currency)
                        self._add(product, risen, currency, interval, RISE)
            if name in ("Starter", "Growth"):
                self._add(product, round(dollars * 12 / 52, 2), "usd", WEEK)
        free = self.catalog.product("Free")
        for currency in LEVELS:
            self._add(free, 0, currency, ("month", 1))
        team = self.catalog.product("Team")
        for interval, months in INTERVALS.items():
            tiers = tuple((bound, int(each * months)) for bound, each in TIERS)
            self.catalog.price(team, None, unit=interval[0], count=interval[1], tiers=tiers)
        usage = self.catalog.product("Messages", unit_label="message")
        self.usage = self.catalog.price(usage, Fraction(1, 50), usage="metered")
        setup = self.catalog.product("Onboarding", unit_label=None)
        self.setup = self.catalog.price(setup, 500, unit=None)
        self.test = self.catalog.price(self.catalog.product("Sandbox", livemode=False), 10)
        self.coupons = self._coupons()

    def _add(self, product, amount, currency, interval, nickname=None) -> None:  # noqa: ANN001
        self.catalog.price(
            product,
            Fraction(amount),
            currency=currency,
            unit=interval[0],
            count=interval[1],
            nickname=nickname,
        )

    @staticmethod
    def _rounded(amount: Fraction, name: str, currency: str) -> Fraction:
        if currency == "jpy":
            return Fraction(max(round(amount / 10) * 10, 20))
        if name == "Storage":
            return Fraction(round(amount * 1000), 1000)
        return Fraction(round(amount * 2), 2)

    def _coupons(self) -> dict[str, Coupon]:
        coupon = self.catalog.coupon
        return {
            "launch": coupon("launch_20", "repeating", percent_off=20, months=3),
            "welcome": coupon("welcome_15", "repeating", percent_off=15, months=6),
            "loyal": coupon("loyal_10", "forever", percent_off=10),
            "partner": coupon("partner_12_5", "forever", percent_off="12.5"),
            "once": coupon("first_half", "once", percent_off=50),
            "flat": coupon("flat_25", "forever", amount_off=2500, currency="usd"),
            "year": coupon("year_40", "repeating", amount_off=4000, currency="eur", months=12),
        }

    def price(self, product: str, currency: str, interval: tuple[str, int]) -> Price:
        """Return a list price; KeyError where the company does not sell that."""
        return self.catalog.find(product, currency, *interval)

    def risen(self, price: Price) -> Price:
        """Return the raised price in place of a list price; KeyError if it was not raised."""
        return self.catalog.find(price.product.name, price.currency, price.unit, price.count, RISE)
