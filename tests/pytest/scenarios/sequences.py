"""Three landings in which many stories evolve: as whole tables, and as batches out of order."""

from __future__ import annotations

from pathlib import Path

from scenarios.harness import Group, Outcome, refresh
from scenarios.landing import Landing, Tables, write_batch

DAYS = ("2026-05-01", "2026-06-10", "2026-08-20")


def landing(day: str) -> Landing:
    """A connection that names the price of an item `price_id`."""
    return Landing(day, item_price_column="price_id")


WHOLE = Group("whole", DAYS, make=landing, says_as_of=False)


def deliver_batches(group: Group, folder: Path, number: int, states: list[Tables]) -> Outcome:
    """The same three days as batches; the second one comes last."""
    target = folder / "landing"
    before: Tables = {}
    for name, day, now in zip(("b1", "b2", "b3"), DAYS, states, strict=True):
        if (name == "b2") == (number == 2):
            write_batch(target, name, before, now, day)
        before = now
    return refresh(folder / "home", target)


PLAYED_BACK = [
    "fct_mrr_movements",
    "fct_mrr_changes",
    "fct_account_months",
    "fct_subscription_item_periods",
    "rpt_retention",
    "rpt_retention_cohorts",
    "rpt_survival_curves",
    "fct_renewals",
    "rpt_renewal_rates",
    "fct_committed_mrr",
]

BATCHES = Group(
    "batches", DAYS, make=landing, deliver=deliver_batches, refreshes=2, tellers=WHOLE.tellers
)


def monthly(story, unit_amount=10_00, start="2026-01-01", **options):
    """$10/mo from 1 Jan 2026, billed up to today."""
    subscription = story.subscribe(story.price(unit_amount), start=start, **options)
    subscription.bill()
    return subscription


def yearly_with_addon(story):
    """$120/yr and an add-on of $60/yr from 1 Jan, billed for the whole year: 10 and 5 a month."""
    base, addon = (story.price(price, "year", product=story.product()) for price in (120_00, 60_00))
    subscription = story.subscribe(base, start="2026-01-01", addons=((addon, 1),))
    subscription.bill()
    return subscription
