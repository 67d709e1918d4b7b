"""Lines, books and statements of every CSM and quarter equal the simulator's truth, to the cent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from scenarios.harness import PROJECT
from simulator.clock import to_date
from simulator.compensation import Compensation
from simulator.pay_truth import true_compensation
from truth.conftest import Played

LINES = """
    select csm_id, quarter, account_id, movement_date, movement_type, line_kind, mrr_change,
        credit_share, credited_mrr
    from comp.fct_csm_comp_lines where line_kind not in ('rollup', 'adjustment')
"""
BOOKS = """
    select csm_id, quarter, account_id, book_kind, opening_mrr, credit_share, credited_opening_mrr
    from comp.fct_csm_comp_books
"""
# Money is compared as it is, rates to twelve digits.
MONEY = """
    csm_id, quarter, plan_version, currency, status, guarantee_amount, earned_bonus,
    earned_bonus_without_exclusions, adjustment_amount, carried_in, payable_amount, carried_out
"""
RATES = (
    "opening_book_mrr", "net_mrr_churn_rate", "grr", "payout_factor", "target_bonus", "proration",
)  # fmt: skip


class Figures:
    """The pay marts of a file, published or built."""

    def __init__(self, file: Path) -> None:
        with duckdb.connect(str(file), read_only=True) as connection:
            self.lines = connection.sql(LINES).fetchall()
            self.books = connection.sql(BOOKS).fetchall()
            self.money = set(
                connection.sql(f"select {MONEY} from comp.fct_csm_comp_statements").fetchall()
            )
            rates = connection.sql(
                f"select csm_id, quarter, {', '.join(RATES)} from comp.fct_csm_comp_statements"
            ).fetchall()
        self.rates = {row[:2]: row[2:] for row in rates}


def assert_like_truth(found: Figures, truth: Compensation) -> None:
    """Compare every line, book and statement."""
    assert_same_shares(
        [(row[:7], row[7], row[8]) for row in found.lines],
        [
            (
                (
                    each.csm, each.quarter, each.move.account, to_date(each.move.day),
                    each.move.kind, each.kind, Fraction(each.move.cents, 100),
                ),
                each.share, each.credited,
            )
            for each in truth.lines
        ],
    )  # fmt: skip
    assert_same_shares(
        [(row[:5], row[5], row[6]) for row in found.books],
        [
            (
                (each.csm, each.quarter, each.account, each.kind, Fraction(each.cents, 100)),
                each.share, each.credited,
            )
            for each in truth.books
        ],
    )  # fmt: skip
    expected = {
        (
            each.csm, each.quarter, each.plan, each.currency, "provisional", each.guarantee,
            each.earned, each.earned_without_exclusions, 0, 0, each.payable, 0,
        )
        for each in truth.statements
    }  # fmt: skip
    assert found.money - expected == set()
    assert expected - found.money == set()
    for each in truth.statements:
        exact = (
            each.opening_book, each.rate, each.retention, each.factor, each.target, each.proration,
        )  # fmt: skip
        rates = dict(zip(RATES, found.rates[each.csm, each.quarter], strict=True))
        assert rates == {
            name: pytest.approx(float(value), rel=1e-12, abs=1e-12) if value is not None else None
            for name, value in zip(RATES, exact, strict=True)
        }, (each.csm, each.quarter)


def assert_same_shares(found: list[tuple], expected: list[tuple]) -> None:
    """Compare shares and credited MRR by key, and name the first that differ."""
    sums: dict[tuple, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for sign, rows in ((1, found), (-1, expected)):
        for key, share, credited in rows:
            # A Decimal and a Fraction of one value have the same hash.
            total = sums[tuple(key)]
            total[0] += sign * float(share)
            total[1] += sign * float(credited)
    keys = {tuple(key) for key, *_ in found} ^ {tuple(key) for key, *_ in expected}
    wrong = {key: pair for key, pair in sums.items() if max(map(abs, pair)) > 1e-9}
    assert sorted(map(str, keys))[:5] == []
    assert wrong == {}


def test_the_published_pay_is_true(seeded: Played) -> None:
    company = seeded.company
    truth = true_compensation(company.success, company.view())
    assert_like_truth(Figures(seeded.home / "published" / "compensation.duckdb"), truth)
    kinds = {each.kind for each in truth.lines}
    assert kinds == {
        "counted", "not_counted", "outside_book", "excluded", "unowned", "manager_pool",
    }  # fmt: skip
    statements = truth.statements
    assert len(statements) > 70
    # What makes it hard has happened.
    assert sum(each.earned != each.earned_without_exclusions for each in statements) > 5
    assert sum(each.proration < 1 for each in statements) > 1
    assert sum(each.guarantee > each.earned for each in statements) > 1
    assert sum(each.target % 500 != 0 for each in statements) > 1


@pytest.mark.parametrize("method", ["opening_owner", "closing_owner", "time_weighted"])
@pytest.mark.parametrize("seed", [101, 202, 303])
def test_so_it_is_under_the_other_methods(
    played: Callable[[int], Played], tmp_path: Path, seed: int, method: str
) -> None:
    company, home = played(seed)
    file = rebuilt_under(method, home, tmp_path)
    assert_like_truth(Figures(file), true_compensation(company.success, company.view(), method))


def rebuilt_under(method: str, home: Path, copy: Path) -> Path:
    """Build the pay models and check conservation under a plan seed.

    The seed comes as a landing's `reference/` would bring it.
    """
    for name in ("raw.duckdb", "history.duckdb", "run.duckdb", "build.duckdb"):
        shutil.copyfile(home / name, copy / name)
    shutil.copytree(home / "target", copy / "target")
    with duckdb.connect(str(copy / "run.duckdb")) as run:
        run.execute(f"attach '{copy / 'build.duckdb'}' as build (read_only)")
        run.execute("create schema if not exists reference")
        run.execute(
            "create table reference.comp_plan_versions as "
            "select * replace (? as attribution_method) from build.reference.comp_plan_versions",
            [method],
        )
    with duckdb.connect(str(home / "published" / "perennial.duckdb"), read_only=True) as marts:
        as_of = marts.sql("select max(as_of_date) from marts.dim_refreshes").fetchone()
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "build", "--quiet", "--target", "prod",
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", str(copy / "target"), "--log-path", str(copy / "logs"),
            "--vars", f"{{as_of_date: '{as_of[0]}', run_id: {method}}}",
            "--select", "intermediate.compensation,resource_type:model",
            "marts.compensation,resource_type:model", "credits_add_up_to_the_company",
        ],
        env={**os.environ, "PERENNIAL_HOME": str(copy), "PERENNIAL_RAW": ""},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return copy / "build.duckdb"
