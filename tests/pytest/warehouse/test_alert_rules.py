"""The shipped alert rules are those of the specification's table (health.md, Alerts)."""

from __future__ import annotations

import csv

import pytest

from scenarios.harness import PROJECT

#: rule: due, cool-down in days (or once, step, month, - as the table says), owner, family.
TABLE = {
    "A1": ("2 business days", "14", "csm", "usage_drop"),
    "A2": ("24 hours", "7", "csm_then_lead", "usage_drop"),
    "A3": ("3 business days", "21", "csm", ""),
    "A4": ("1 business days", "once", "onboarding", "milestones"),
    "A5": ("5 business days", "once", "csm", "milestones"),
    "A6": ("5 business days", "once", "csm", "milestones"),
    "A7": ("10 business days", "90", "csm", "milestones"),
    "A8": ("1 business days", "14", "csm", ""),
    "A9": ("3 business days", "once", "csm", ""),
    "A10": ("auto", "30", "tech_touch", ""),
    "A11": ("2 business days", "14", "csm", ""),
    "A12": ("auto", "60", "tech_touch", ""),
    "A13": ("review", "month", "head_of_cs", ""),
    "A14": ("1 business days", "-", "cs_ops", ""),
    "A15": ("weekly", "month", "lead", ""),
    "A16": ("now", "-", "support", ""),
    "A17": ("5 business days", "60", "csm_and_sales", ""),
    "A18": ("2 business days", "step", "csm", ""),
    "A19": ("auto", "7", "csm", ""),
    "A20": ("2 business days", "30", "csm", ""),
    "A21": ("1 business days", "7", "finance", ""),
    "A22": ("1 business days", "30", "csm", ""),
    "A23": ("3 business days", "14", "csm", ""),
    "A24": ("1 business days", "28", "lead", ""),
    "A25": ("24 hours", "-", "lead", ""),
    "A26": ("5 business days", "60", "sales", ""),
    "A27": ("1 business days", "once", "onboarding", ""),
    "A28": ("3 business days", "30", "csm", ""),
}
#: A month of a state that stays is 30 days; of the company's churn every month is a cause of its own.
COOL_DOWNS = {
    "once": {"cool_down_days": "", "opens_once": "true"},
    "step": {"cool_down_days": "", "opens_once": "true"},
    "-": {"cool_down_days": "", "opens_once": "false"},
}
MONTHS = {
    "A13": {"cool_down_days": "", "opens_once": "true"},
    "A15": {"cool_down_days": "30", "opens_once": "false"},
}


def rules() -> dict[str, dict[str, str]]:
    with (PROJECT / "seeds" / "reference" / "alert_rules.csv").open(encoding="utf-8") as file:
        return {row["rule"]: row for row in csv.DictReader(file)}


def test_there_are_28_rules() -> None:
    assert set(rules()) == set(TABLE)


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_is_as_the_table_says(rule: str) -> None:
    due, cool, owner, family = TABLE[rule]
    found = rules()[rule]
    assert (found["due"], found["owner"], found["family"]) == (due, owner, family)
    days = {"cool_down_days": cool, "opens_once": "false"}
    expected = MONTHS[rule] if cool == "month" else COOL_DOWNS.get(cool, days)
    assert {name: found[name] for name in expected} == expected
