"""Pay data of a simulated company: whole, possible, and without effect on anything else."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from simulator.company import HEALTH_TABLES, OPTIONAL_TABLES, REQUIRED_TABLES, Company, simulate
from simulator.config import SimulatorConfig
from simulator.pay import Pay, quarter_days, quarter_of

TABLES = REQUIRED_TABLES + OPTIONAL_TABLES + HEALTH_TABLES
COMP = {"comp.plan_assignment", "comp.shared_ownership", "comp.exclusion", "comp.dispute"}
CONFIG = SimulatorConfig(accounts=300, months=30, seed=23)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CONFIG)


def hashes(company: Company, folder: Path) -> dict[str, str]:
    company.emit(folder, tables=tuple(name for name in TABLES if name not in COMP))
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_pay_data_change_no_other_table(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pay = hashes(company, tmp_path / "with")
    monkeypatch.setattr("simulator.success.enlist", lambda *_: Pay())
    assert hashes(simulate(CONFIG), tmp_path / "without") == with_pay
    assert len(with_pay) > 40
    assert set(TABLES) >= COMP


def test_everybody_has_one_plan_a_day_from_the_first_to_leaving(company: Company) -> None:
    staff = {each.employee_id: each for each in company.success.staff.employees.values()}
    spans = defaultdict(list)
    for each in company.success.pay.assignments:
        spans[each.employee].append((each.since, each.until))
    for employee, found in spans.items():
        found.sort()
        for (_, until), (since, _) in pairwise(found):
            assert until == since
        assert found[-1][1] == staff[employee].left
    csms = {name for name, who in staff.items() if who.role == "csm"}
    assert csms <= set(spans) | {n for n, who in staff.items() if who.left is not None}
    assert "E030" in spans
    assert max(len(found) for found in spans.values()) > 1


def test_shares_of_an_account_never_add_up_to_more_than_one(company: Company) -> None:
    rows = defaultdict(list)
    for each in company.success.pay.shares:
        assert each.until is None or each.since < each.until
        rows[each.account].append(each)
    assert any(len(found) > 1 for found in rows.values())
    for found in rows.values():
        assert len({each.employee for each in found}) == len(found)
        for day in {each.since for each in found}:
            held = [e for e in found if e.since <= day and (e.until is None or day < e.until)]
            assert sum(Fraction(str(each.weight)) for each in held) <= 1


def test_some_leave_some_learn_and_some_exclusions_lack_what_they_need(company: Company) -> None:
    pay = company.success.pay
    assert any(
        each.until == who.left
        for each in pay.assignments
        for who in company.success.staff.employees.values()
        if who.left is not None
    )
    assert any(each.ramp_since is not None and each.guarantee for each in pay.assignments)
    assert {each.is_applied for each in pay.exclusions} == {True, False}
    (first, after) = quarter_days("2026Q1")
    assert (quarter_of(first), quarter_of(after - 1), after - first) == ("2026Q1", "2026Q1", 90)
