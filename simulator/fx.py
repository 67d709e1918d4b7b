"""Exchange rates the simulated company lives with: one row on the first of each month.

The series is invented: a slow wave and a little noise around a level that is usual for the
currency. It depends on the month alone, so every company and the shipped reference seed
share it.
"""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import blake2b

from simulator.clock import DAY, add_interval, day_number, moment, month_start, to_date

#: currency -> (level in dollars, size of the wave, decimal places of a published rate)
_SERIES = {
    "eur": (1.095, 0.045, 4),
    "jpy": (0.0068, 0.06, 6),
}


def _noise(currency: str, month_index: int) -> float:
    digest = blake2b(f"{currency}|{month_index}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32 - 0.5


def monthly_rate(currency: str, first_of_month: date) -> Decimal:
    """Return dollars for one unit of the currency in that month; KeyError if unknown."""
    level, size, places = _SERIES[currency]
    index = first_of_month.year * 12 + first_of_month.month
    wave = math.sin(index / 5.3 + len(currency) + level) * size
    value = level * (1 + wave + 0.02 * _noise(currency, index))
    return Decimal(repr(round(value, places))).quantize(Decimal(1).scaleb(-places))


def rate_rows(first: date, last: date) -> list[tuple[date, str, Decimal]]:
    """Return (rate_date, currency, rate) for each month from `first` to `last`."""
    rows = []
    current = month_start(day_number(first)) * DAY
    while current <= moment(last):
        rate_date = to_date(current // DAY)
        rows += [(rate_date, name, monthly_rate(name, rate_date)) for name in _SERIES]
        current = add_interval(current, "month", 1)
    return rows


class Rates:
    """Rates by currency and day, with overrides for scripted companies.

    `overrides` maps (currency, first of month) to dollars for one unit.
    """

    def __init__(self, overrides: dict[tuple[str, date], Decimal] | None = None) -> None:
        self.overrides = dict(overrides or {})
        self._known: dict[tuple[str, int], Fraction] = {}

    def on(self, currency: str, day: int) -> Fraction:
        """Return dollars for one unit on a day number: the rate of that month's first."""
        if currency == "usd":
            return Fraction(1)
        key = (currency, month_start(day))
        if key not in self._known:
            first = to_date(key[1])
            rate = self.overrides.get((currency, first))
            self._known[key] = Fraction(rate if rate else monthly_rate(currency, first))
        return self._known[key]

    def rows(self, first: date, last: date) -> list[tuple[date, str, Decimal]]:
        """Return the rows of the reference seed for the span, overrides in place."""
        return [
            (day, currency, self.overrides.get((currency, day), rate))
            for day, currency, rate in rate_rows(first, last)
        ]
