"""Section 4 as stories: each sells a product of its own, so its plan is a segment of its own."""

from __future__ import annotations

from datetime import date

from scenarios.groups import MAIN
from scenarios.test_transfers_and_fx import handed_over, monthly, two_customers


def rates(result, product, period_kind="month") -> dict[date, tuple]:
    """(nrr, grr, logo retention, gross churn) of the product's segment by period start."""
    rows = result.marts.rows(
        """
        select period_start, nrr, grr, logo_retention, gross_mrr_churn_rate
        from marts.rpt_retention
        where segment_kind = 'plan' and segment_value = ? and period_kind = ?
        """,
        product.id,
        period_kind,
    )
    return {row["period_start"]: tuple(row.values())[1:] for row in rows}


@MAIN.scenario
def test_an_exchange_rate_alone_moves_no_rate_of_retention(story):
    """EUR 100 are 110 in January and 120 from February on: 10 of fx, and nothing gained."""
    product = story.product()
    price = story.price(100_00, currency="eur", product=product)
    story.subscribe(price, start="2026-01-10").bill()
    result = yield
    assert "2026-02-01 fx 10.00" in result.movements()
    for kind in ("month", "quarter", "trailing_12_months"):
        found = rates(result, product, kind)
        with_base = [rate for rate in found.values() if rate[0] is not None]
        assert set(with_base) <= {(1.0, 1.0, 1.0, 0.0)}
    assert rates(result, product)[date(2026, 2, 1)] == (1.0, 1.0, 1.0, 0.0)
    assert rates(result, product, "quarter")[date(2026, 4, 1)] == (1.0, 1.0, 1.0, 0.0)


@MAIN.scenario
def test_a_transfer_moves_no_rate_of_retention_and_starts_no_cohort(story):
    giver, taker = two_customers(story)
    subscription = monthly(story, customer=giver)
    product = subscription.item.price.row["product_id"]
    handed_over(subscription, "2026-04-10", taker)
    result = yield
    found = result.marts.rows(
        """
        select period_kind, period_start, nrr, logo_retention from marts.rpt_retention
        where segment_kind = 'plan' and segment_value = ? and nrr is not null
        """,
        product,
    )
    assert len(found) > 12
    assert {(row["nrr"], row["logo_retention"]) for row in found} == {(1.0, 1.0)}
    cohorts = result.marts.rows(
        """
        select distinct cohort_kind, cohort_month, accounts_at_start, accounts_retained,
            mrr_retained
        from marts.rpt_retention_cohorts where segment_kind = 'plan' and segment_value = ?
        """,
        product,
    )
    assert sorted(tuple(map(str, row.values())) for row in cohorts) == [
        ("month", "2026-01-01", "1", "1", "10.00"),
        ("quarter", "2026-01-01", "1", "1", "10.00"),
    ]
    assert result.account(taker.id)["cohort_month"] == date(2026, 1, 1)


@MAIN.scenario
def test_a_year_of_an_account_that_shrank_and_another_that_left(story):
    """January: 10 and 30. The first loses half in May, the second leaves in August."""
    product = story.product()
    price = story.price(10_00, product=product)
    shrinking = story.subscribe(price, start="2026-01-05", quantity=2, customer=story.customer())
    shrinking.bill(until="2026-05-05")
    shrinking.change("2026-05-05", quantity=1)
    shrinking.bill()
    leaving = story.subscribe(price, start="2026-01-05", quantity=3, customer=story.customer())
    leaving.bill(until="2026-08-05")
    leaving.end("2026-08-05")
    result = yield
    # Opening of February and of each quarter: 20 + 30; of May 50, left 40; of August 40, left 10.
    found = rates(result, product)
    assert found[date(2026, 2, 1)] == (1.0, 1.0, 1.0, 0.0)
    assert found[date(2026, 5, 1)] == (0.8, 0.8, 1.0, 0.2)
    assert found[date(2026, 8, 1)] == (0.25, 0.25, 0.5, 0.75)
    assert rates(result, product, "quarter")[date(2026, 4, 1)] == (0.8, 0.8, 1.0, 0.2)
    # Twelve months ending in December open in January with nothing.
    assert rates(result, product, "trailing_12_months")[date(2026, 1, 1)][:3] == (None, None, None)
