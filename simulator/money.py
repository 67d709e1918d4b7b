"""Exact money: Stripe's minor units, months of an interval, rounding half away from zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

#: Decimal places of Stripe's minor unit by currency.
EXPONENTS = {"usd": 2, "eur": 2, "jpy": 0, "kwd": 3}

#: What one interval of a unit is worth in months: amount x factor = amount per month.
PER_MONTH = {
    "year": Fraction(1, 12),
    "month": Fraction(1),
    "week": Fraction(52, 12),
    "day": Fraction(365, 12),
}


def round_half_away(value: Fraction | int) -> int:
    """Round to a whole number, halves away from zero."""
    if isinstance(value, int):
        return value
    numerator, denominator = value.numerator, value.denominator
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def to_units(minor: Fraction | int, currency: str) -> Fraction:
    """Return an amount of minor units in whole units of the currency."""
    return Fraction(minor) / 10 ** EXPONENTS[currency]


def monthly(amount: Fraction, unit: str, count: int) -> Fraction:
    """Bring an amount per `count` units (day, week, month, year) to a month."""
    return amount * PER_MONTH[unit] / count


def cents(value: Fraction) -> int:
    """Return an amount in reporting units as whole cents, rounded half away from zero."""
    return round_half_away(value * 100)


def decimal_of(cent_count: int) -> Decimal:
    """Return whole cents as a Decimal with two places."""
    return Decimal(cent_count).scaleb(-2)
