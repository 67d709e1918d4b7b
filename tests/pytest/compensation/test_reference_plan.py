"""The reference plan to the cent: both tables of its specification and every rule, in one company.

Every story is a team of its own, in the first quarter of 2026 (90 days); the as-of day is 30 April.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from compensation.company import Company, account_id
from scenarios.harness import refresh

QUARTER = "2026Q1"
METHODS = ("opening_owner", "event_date_owner", "time_weighted", "closing_owner")


def measured(
    company: Company, name: str, opening: float, *, accounts: int = 15, **moved: float
) -> None:
    """A CSM of `opening` MRR on so many accounts, and one account for each kind of movement."""
    start = "2025-01-01"
    used = 0.0
    for number, (kind, amount) in enumerate(moved.items()):
        day = f"2026-02-{10 + number}"
        mrr = amount if kind == "churn" else 10_000
        used += mrr
        then = {"churn": 0, "contraction": mrr - amount, "expansion": mrr + amount}[kind]
        company.account(f"{name}{kind[:4]}", name, (start, mrr), (day, then))
    company.book(name, opening - used, accounts - len(moved), start)


def build() -> Company:
    company = Company()
    company.reference["comp_plan_versions"] = [
        {"plan_version": "reference", "attribution_method": "event_date_owner"},
        *({"plan_version": method, "attribution_method": method} for method in METHODS),
    ]
    company.reference["comp_plan_versions"][1:] = [
        {**row, "valid_from": "2100-01-01"} for row in company.reference["comp_plan_versions"][1:]
    ]
    curve = [
        ("", "-0.05", "2.35", "72"), ("-0.05", "-0.025", "1", "54"), ("-0.025", "0", "0.1", "36"),
        ("0", "0.01", "0.05", "0"), ("0.01", "", "0", "0"),
    ]  # fmt: skip
    company.reference["comp_plan_curve"] = [
        dict(
            zip(
                ("plan_version", "from_rate", "to_rate", "base_factor", "slope"),
                (version, *row),
                strict=True,
            )
        )
        for version in ("reference", *METHODS)
        for row in curve
    ]
    plan: dict[str, Any] = {}

    # The first table.
    for name, moved in {
        "base": {"expansion": 9_000, "contraction": 2_000, "churn": 3_000},
        "flat": {"expansion": 5_000, "contraction": 2_000, "churn": 3_000},
        "loss": {"expansion": 2_000, "contraction": 1_500, "churn": 4_500},
        "star": {"expansion": 16_000, "contraction": 1_000, "churn": 3_000},
        "masked": {"expansion": 30_000, "contraction": 2_000, "churn": 22_000},
        # Gross retention of exactly 90% is not below the gate.
        "gate": {"expansion": 25_000, "contraction": 2_000, "churn": 18_000},
        # On the joints: n = +1%, -2.5% and -5%.
        "onepct": {"churn": 2_000},
        "joint": {"expansion": 5_000},
        "joint5": {"expansion": 10_000},
    }.items():
        company.person(name, plan=plan)
        measured(company, name, 200_000, **moved)

    # The second table: 20,000 moves from A to B on 15 February and churns on 20 March.
    for name, opening, expansion in (("A", 180_000, 9_000), ("B", 100_000, 3_000)):
        company.person(name, plan=plan)
        measured(company, name, opening, expansion=expansion, contraction=1_000)
    company.account("moved", "B", ("2025-01-01", 20_000), ("2026-03-20", 0))
    company.handed("moved", "2026-02-15", "A", "B")

    # Handed over on 1 February: 2 March is day 30 of the grace, 3 March is day 31.
    for name in ("giver", "taker"):
        company.person(name, plan=plan)
        measured(company, name, 100_000)
    for number, day in ((30, "2026-03-02"), (31, "2026-03-03")):
        company.account(f"grace{number}", "taker", ("2025-01-01", 1_000), (day, 1_100))
        company.handed(f"grace{number}", "2026-02-01", "giver", "taker")

    # Day 1 of the ramp is 10 January: 8 February is day 30, 10 March day 60.
    company.person("veteran", plan=plan)
    company.person("rookie", hired="2025-06-01", plan={"ramp_started_on": "2026-01-10"})
    for number, day in (
        (30, "2026-02-08"),
        (31, "2026-02-09"),
        (60, "2026-03-10"),
        (61, "2026-03-11"),
    ):
        company.account(f"ramp{number}", "rookie", ("2025-01-01", 1_000), (day, 1_100))
        company.handed(f"ramp{number}", "2025-06-01", "veteran", "rookie")

    # Hired on 10 February: 50 of 90 days, and a guarantee while ramping.
    company.person(
        "late",
        hired="2026-02-10",
        plan={"ramp_started_on": "2026-02-10", "guarantee_amount": "4000"},
    )

    # 14 and 15 accounts; the manager has no minimum, and the combined book.
    company.person("boss", role="manager", plan=plan)
    for name, accounts in (("few", 14), ("enough", 15)):
        company.person(name, manager="boss", plan=plan)
        measured(company, name, 100_000, accounts=accounts, expansion=2_000)

    # A net loss of 4,000 on 200,000 and a net gain of 5,000 on 50,000.
    company.person("head", role="manager", plan=plan)
    company.person("lead", role="lead", manager="head", plan=plan)
    for name, opening, kind, amount in (
        ("minus", 200_000, "churn", 4_000),
        ("plus", 50_000, "expansion", 5_000),
    ):
        company.person(name, manager="lead", plan=plan)
        measured(company, name, opening, **{kind: amount})

    # Without the bankrupt account -2.0%, with it +8%.
    company.person("spared", plan=plan)
    measured(company, "spared", 200_000, expansion=4_000)
    company.account("bankrupt", "spared", ("2025-01-01", 20_000), ("2026-03-01", 0))
    for name, evidence in (("bankrupt", "court file"), ("sparedexpa", "")):
        company.add(
            "comp.exclusion", id=name, account_id=account_id(name), quarter=QUARTER,
            kind="bankruptcy", approved_by="somebody", approved_on="2026-03-15", evidence=evidence,
        )  # fmt: skip

    # What comes back is not counted, new customers are outside of the book.
    company.person("other", plan=plan)
    measured(company, "other", 100_000)
    company.account(
        "back", "other", ("2025-01-01", 1_000), ("2026-01-20", 0), ("2026-02-20", 1_500)
    )
    company.account("fresh", "other", ("2026-01-20", 1_000), ("2026-02-20", 1_500))
    company.account("nobodys", "", ("2025-01-01", 1_000), ("2026-02-20", 1_500))
    return company


@pytest.fixture(scope="module")
def pay(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compensation")
    landing = build().land(folder / "landing")
    outcome = refresh(
        folder / "home", landing, as_of="2026-04-30",
        dbt_vars={"crm_billing_customer_field": "billing_customer_c"},
    )  # fmt: skip
    assert outcome.code == 0, outcome.text
    with duckdb.connect(
        str(folder / "home" / "published" / "compensation.duckdb"), read_only=True
    ) as connection:
        yield connection


def statement(pay, name: str) -> dict[str, Any]:
    cursor = pay.execute(
        "select * from comp.fct_csm_comp_statements where csm_id = ? and quarter = ?",
        [name, QUARTER],
    )
    columns = [column[0] for column in cursor.description]
    (row,) = cursor.fetchall()
    return dict(zip(columns, row, strict=True))


@pytest.mark.parametrize(
    ("name", "rate", "grr", "factor", "earned"),
    [
        ("base", -0.02, 0.975, 0.82, "5125.00"),
        ("flat", 0, 0.975, 0.10, "625.00"),
        ("loss", 0.02, 0.97, 0, "0.00"),
        ("star", -0.06, 0.98, 3.00, "18750.00"),
        ("masked", -0.03, 0.88, 0.50, "3125.00"),
        # -2.5% and GRR 90%: 100%, not capped at 50%.
        ("gate", -0.025, 0.90, 1.00, "6250.00"),
        ("onepct", 0.01, 0.99, 0.05, "312.50"),
        ("joint", -0.025, 1, 1.00, "6250.00"),
        ("joint5", -0.05, 1, 2.35, "14687.50"),
    ],
)
def test_the_curve_pays_what_the_plan_says(pay, name, rate, grr, factor, earned):
    row = statement(pay, name)
    assert row["opening_book_mrr"] == 200_000
    assert row["net_mrr_churn_rate"] == pytest.approx(rate, abs=1e-15)
    assert row["grr"] == pytest.approx(grr, abs=1e-15)
    assert row["payout_factor"] == pytest.approx(factor, abs=1e-12)
    assert row["earned_bonus"] == row["payable_amount"] == Decimal(earned)


@pytest.mark.parametrize(
    ("method", "rate_of_a", "earned_by_a", "rate_of_b", "earned_by_b"),
    [
        ("opening_owner", 0.06, "0.00", -0.02, "5125.00"),
        ("event_date_owner", -0.04, "11312.50", 0.18, "0.00"),
        # 200,000 less half of the 20,000, and half of its churn: (8,000 - 10,000) / 190,000.
        ("time_weighted", 2_000 / 190_000, "0.00", 8_000 / 110_000, "0.00"),
        ("closing_owner", -8_000 / 180_000, "12812.50", 0.15, "0.00"),
    ],
)
def test_every_method_credits_a_handed_over_account_its_own_way(
    pay, method, rate_of_a, earned_by_a, rate_of_b, earned_by_b
):
    rows = pay.execute(
        "select net_mrr_churn_rate, earned_bonus from comp.rpt_comp_plan_replay "
        "where quarter = ? and plan_version = ? and csm_id in ('A', 'B') order by csm_id",
        [QUARTER, method],
    ).fetchall()
    assert [row[1] for row in rows] == [Decimal(earned_by_a), Decimal(earned_by_b)]
    assert [row[0] for row in rows] == pytest.approx([rate_of_a, rate_of_b], abs=1e-15)


def lines(pay, account: str) -> list[tuple]:
    return pay.execute(
        "select csm_id, movement_type, credit_share, line_kind from comp.fct_csm_comp_lines "
        "where account_id = ? and quarter = ? and line_kind <> 'rollup' "
        "order by movement_date, csm_id",
        [account_id(account), QUARTER],
    ).fetchall()


def test_grace_lasts_thirty_days_the_hand_over_being_the_first(pay):
    assert lines(pay, "grace30") == [("giver", "expansion", 1, "counted")]
    assert lines(pay, "grace31") == [("taker", "expansion", 1, "counted")]


def test_a_ramp_keeps_nothing_then_half_then_all_and_the_rest_is_the_owners_before(pay):
    assert lines(pay, "ramp30") == [("veteran", "expansion", 1, "counted")]
    assert lines(pay, "ramp31") == [
        ("rookie", "expansion", 0.5, "counted"),
        ("veteran", "expansion", 0.5, "counted"),
    ]
    assert lines(pay, "ramp60") == lines(pay, "ramp31")
    assert lines(pay, "ramp61") == [("rookie", "expansion", 1, "counted")]


def test_who_is_hired_late_is_paid_by_days_but_the_guarantee_is_whole(pay):
    row = statement(pay, "late")
    assert row["proration"] == 50 / 90
    assert round(row["target_bonus"] * row["proration"], 2) == 3472.22
    assert (row["earned_bonus"], row["payable_amount"]) == (0, 4_000)


def test_a_book_of_fourteen_accounts_earns_nothing_and_goes_to_the_manager(pay):
    few, enough, boss = (statement(pay, name) for name in ("few", "enough", "boss"))
    # n = -2%: 82% of 6,250.
    assert (few["opening_book_mrr"], few["net_mrr_churn_rate"], few["earned_bonus"]) == (
        100_000,
        -0.02,
        0,
    )
    assert enough["earned_bonus"] == Decimal("5125.00")
    assert (boss["opening_book_mrr"], boss["net_mrr_churn_rate"], boss["earned_bonus"]) == (
        200_000,
        -0.02,
        Decimal("5125.00"),
    )
    kinds = pay.execute(
        "select csm_id, book_kind, cast(sum(credited_opening_mrr) as decimal(18, 2)) "
        "from comp.fct_csm_comp_books "
        "where quarter = ? and csm_id in ('few', 'enough', 'boss') group by all order by 1",
        [QUARTER],
    ).fetchall()
    assert kinds == [("boss", "manager_pool", 100_000), ("enough", "counted", 100_000)]


def test_a_manager_is_measured_on_the_combined_book(pay):
    row = statement(pay, "head")
    # (5,000 - 4,000) / 250,000 = -0.4%, not the mean of +2% and -10%: 10% + 36 x 0.4%.
    assert row["opening_book_mrr"] == 250_000
    assert row["net_mrr_churn_rate"] == -0.004
    assert row["earned_bonus"] == Decimal("6250") * Decimal("0.244")


def test_an_exclusion_takes_the_account_out_and_is_shown(pay):
    row = statement(pay, "spared")
    assert (row["opening_book_mrr"], row["net_mrr_churn_rate"]) == (200_000, -0.02)
    assert (row["earned_bonus"], row["earned_bonus_without_exclusions"]) == (Decimal("5125.00"), 0)
    assert lines(pay, "bankrupt") == [("spared", "churn", 1, "excluded")]
    # Without evidence nothing is taken out.
    assert lines(pay, "sparedexpa") == [("spared", "expansion", 1, "counted")]


def test_what_does_not_count_has_a_line_all_the_same(pay):
    assert lines(pay, "back") == [
        ("other", "churn", 1, "counted"),
        ("other", "reactivation", 1, "not_counted"),
    ]
    assert lines(pay, "fresh") == [("other", "expansion", 1, "outside_book")]
    assert lines(pay, "nobodys") == [(None, "expansion", 1, "unowned")]


def test_the_next_thousand_is_worth_what_the_curve_gives_for_it_today(pay):
    # Nothing happened yet in the second quarter: n = 0, 10% = 625.00. A thousand of 205,000 more is
    # 36 points x 0.4878% = 17.56% of 6,250, saved or expanded.
    row = pay.execute(
        "select opening_book_mrr, earned_bonus, next_expanded_bonus, next_saved_bonus "
        "from comp.rpt_comp_plan_replay "
        "where quarter = '2026Q2' and csm_id = 'joint' and plan_version = 'reference'"
    ).fetchone()
    assert row == (205_000, Decimal("625.00"), Decimal("1097.56"), Decimal("1097.56"))
    (past,) = pay.execute(
        "select count(next_expanded_bonus) from comp.rpt_comp_plan_replay where quarter = ?",
        [QUARTER],
    ).fetchone()
    assert past == 0


def test_every_dollar_is_credited_once(pay):
    credited, company = pay.execute(
        "select (select sum(credited_mrr) from comp.fct_csm_comp_lines "
        "where quarter = ? and line_kind not in ('rollup', 'adjustment')), "
        "(select sum(mrr_change) from (select distinct account_id, movement_date, movement_type, "
        "mrr_change from comp.fct_csm_comp_lines where quarter = ?))",
        [QUARTER, QUARTER],
    ).fetchone()
    assert credited == pytest.approx(float(company), abs=1e-6)
