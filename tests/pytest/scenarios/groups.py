"""The group that most stories share, and its reference tables."""

from __future__ import annotations

from scenarios.harness import Group
from scenarios.landing import Row
from scenarios.stripe_builder import salesforce_id

TODAY = "2026-12-31"
FIRSTS = [f"2026-{month:02d}-01" for month in range(1, 13)]


def rates(currency: str, by_day: dict[str, str]) -> list[Row]:
    """Rows of `fx_rates`: units of the reporting currency for one unit of the currency."""
    return [{"rate_date": day, "currency": currency, "rate": rate} for day, rate in by_day.items()]


FX_RATES = [
    # January at 1.10, from February on 1.20: the rates of the public scenario S16.
    *rates("eur", {day: "1.10" if day == FIRSTS[0] else "1.20" for day in FIRSTS}),
    *rates("jpy", dict.fromkeys(FIRSTS, "0.0070")),
    *rates("kwd", dict.fromkeys(FIRSTS, "3.25")),
    *rates("ugx", dict.fromkeys(FIRSTS, "0.0003")),
    # Written in another case than anywhere else.
    *rates("ChF", dict.fromkeys(FIRSTS, "1.15")),
    # February has only a row five days before its first day; the row of mid-February is for no
    # month; from April on there is none.
    *rates("gbp", {"2026-01-01": "1.30", "2026-01-27": "1.25", "2026-02-15": "1.40"}),
    *rates("gbp", {"2026-03-01": "1.35"}),
]

# What the stories about internal accounts are about: a billing customer, a CRM account.
INTERNAL_CUSTOMER = "cus_an_internal_account_has_no_mrr_and_is_marked_1"
INTERNAL_ACCOUNT = salesforce_id("crm_a_crm_account_listed_as_internal_has_no_mrr_1")
INTERNAL = [{"account_id": INTERNAL_CUSTOMER}, {"account_id": INTERNAL_ACCOUNT}]

MAIN = Group(
    "main",
    (TODAY,),
    reference={"fx_rates": FX_RATES, "internal_accounts": INTERNAL},
)
