"""What a simulation can be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Shares:
    """Shares of all accounts (0 to 1) to which something special happens.

    The first six are quotas that are met by planting the event where life allows it, so that
    they hold in companies of some 60 accounts and more.
    """

    unprorated: float = 0.10
    next_invoice: float = 0.10
    interval_change: float = 0.10
    deleted_item: float = 0.10
    collapsed: float = 0.08
    late_connector: float = 0.08
    trial: float = 0.20
    coupon: float = 0.18
    customer_coupon: float = 0.04
    discount_removed: float = 0.03
    euro: float = 0.12
    yen: float = 0.05
    tiered: float = 0.06
    metered: float = 0.05
    free_start: float = 0.04
    weekly: float = 0.02
    second_subscription: float = 0.10
    second_customer: float = 0.06
    parent: float = 0.08
    merged: float = 0.02
    relinked: float = 0.01
    transferred: float = 0.03
    unmatched: float = 0.03
    unknown_to_crm: float = 0.01
    short_link: float = 0.03
    test_mode: float = 0.02
    incomplete: float = 0.04
    failed_payment: float = 0.10
    paused: float = 0.02
    voided_invoice: float = 0.02
    withdrawn: float = 0.04
    price_rise: float = 0.03
    one_off: float = 0.10
    returning: float = 0.35  # of those that leave
    lapsing: float = 0.0  # whose first terms end, are replaced or anchored anew around a due day


@dataclass(frozen=True)
class Pace:
    """Monthly rates of one size of customer: how it grows, shrinks and leaves."""

    weight: float
    plans: tuple[str, ...]
    seats: tuple[int, int]
    intervals: tuple[float, float, float]  # month, quarter, year
    grow: float
    grow_by: tuple[float, float]
    shrink: float
    shrink_by: tuple[float, float]
    upgrade: float
    add_on: float
    leave: float


PACES = {
    "small": Pace(
        0.62, ("Starter", "Growth"), (3, 18), (0.72, 0.08, 0.20),
        0.050, (0.08, 0.25), 0.024, (0.08, 0.20), 0.003, 0.008, 0.012,
    ),
    "middle": Pace(
        0.28, ("Growth", "Scale"), (30, 60), (0.45, 0.15, 0.40),
        0.070, (0.05, 0.18), 0.024, (0.05, 0.12), 0.003, 0.006, 0.008,
    ),
    "large": Pace(
        0.10, ("Scale",), (85, 210), (0.15, 0.15, 0.70),
        0.070, (0.03, 0.13), 0.024, (0.03, 0.09), 0.0, 0.005, 0.005,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class SimulatorConfig:
    """A company to simulate: `accounts` over `months` from `start` (the first of a month).

    `sync_hours` is how often the connector runs; product analytics was installed `usage_months`
    before the end. Raises ValueError for numbers below one or
    a start that is not the first of a month.
    """

    accounts: int = 300
    months: int = 36
    seed: int = 7
    start: date = date(2023, 10, 1)
    sync_hours: int = 6
    usage_months: int = 15
    shares: Shares = field(default_factory=Shares)

    def __post_init__(self) -> None:
        if min(self.accounts, self.months, self.usage_months) < 1:
            raise ValueError("accounts, months and usage_months must be at least 1")
        if self.start.day != 1:
            raise ValueError("start must be the first of a month")
        if 24 % self.sync_hours:
            raise ValueError("sync_hours must divide a day")
