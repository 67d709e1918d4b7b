"""What each product of the company lets its users do: the reference seed `product_features`."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.book import Book
from simulator.courses import PLAN_FEATURES

_TIER_FEATURES = {("Growth", "goals")} | {
    ("Scale", name) for name in ("automation", "api", "forecasting")
}
_VALID_FROM = "2000-01-01"
#: Plans from the smallest on, in the order in which the seed lists them.
_ORDER = ("Free", "Starter", "Team", "Growth", "Scale")


def product_feature_rows(book: Book) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (product_id, is_per_seat, feature, is_tier_feature, valid_from); plans first."""
    products = [each for each in book.catalog.products if each.livemode]
    plans = [each for each in products if each.name in PLAN_FEATURES]
    for product in sorted(plans, key=lambda each: _ORDER.index(each.name)):
        for name in PLAN_FEATURES[product.name]:
            is_tier = str((product.name, name) in _TIER_FEATURES).lower()
            yield book.key("prod", product.number), "true", name, is_tier, _VALID_FROM
    for product in products:
        if product.name not in PLAN_FEATURES:
            yield book.key("prod", product.number), "false", "", "false", _VALID_FROM
