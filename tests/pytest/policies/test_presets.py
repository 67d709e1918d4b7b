"""Presets: named sets of vars, and clear words where a name or a value is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contract import read_yaml
from orchestration.errors import UserError
from orchestration.policies.presets import PRESETS_FILE, preset_names, rules, with_preset
from orchestration.settings import PROJECT_DIR, Settings

PROJECT = read_yaml(PROJECT_DIR / "dbt_project.yml")["vars"]


def test_every_rule_is_a_var_of_the_project_and_takes_its_default():
    assert {name: rule.refuse(PROJECT[name]) for name, rule in rules().items()} == dict.fromkeys(
        rules()
    )


@pytest.mark.parametrize("name", preset_names()[1:])
def test_a_preset_names_only_rules_that_it_changes(name):
    values = read_yaml(PRESETS_FILE)["presets"][name]
    assert values
    for rule, value in values.items():
        assert rules()[rule].refuse(value) is None
        assert value != PROJECT[rule]


def test_a_preset_fills_in_what_was_not_given_by_itself():
    given = {"mrr_preset": "stripe", "mrr_churn_recognition": "service_end", "fx_max_step": 0.9}
    assert with_preset(given) == {
        "mrr_preset": "stripe",
        "mrr_churn_recognition": "service_end",
        "mrr_discounts": ["forever"],
        "fx_max_step": 0.9,
    }


def test_the_default_preset_changes_nothing():
    assert with_preset({"mrr_preset": "default"}) == {"mrr_preset": "default"}


def test_no_preset_leaves_no_trace():
    assert with_preset({"mrr_preset": None, "fx_max_step": 0.9}) == {"fx_max_step": 0.9}


def test_an_unknown_preset_is_refused_with_those_there_are():
    with pytest.raises(UserError) as refused:
        with_preset({"mrr_preset": "chargebee"})
    assert str(refused.value) == (
        "there is no preset 'chargebee'; there are default, stripe, chartmogul, profitwell, recurly"
    )


@pytest.mark.parametrize(
    ("rule", "value", "takes"),
    [
        ("mrr_churn_recognition", "canceled", "service_end or cancel_request"),
        ("mrr_discounts", "forever", "a list of some of forever, repeating, once"),
        ("mrr_discounts", ["forever", "twice"], "a list of some of forever, repeating, once"),
        ("mrr_include_metered", "yes", "true or false"),
        ("mrr_past_due_grace_days", True, "a number of days, or null"),
        ("mrr_past_due_grace_days", -1, "a number of days, or null"),
        ("reporting_timezone", "Mars/Olympus", "a time zone like Europe/Berlin"),
    ],
)
def test_a_value_that_a_rule_does_not_take_is_refused(rule, value, takes):
    with pytest.raises(UserError) as refused:
        with_preset({rule: value})
    assert str(refused.value) == f"var {rule} takes {takes}, not {value!r}"


@pytest.mark.parametrize("value", [None, 0, 30])
def test_days_may_be_none_or_a_number(value):
    assert with_preset({"mrr_past_due_grace_days": value}) == {"mrr_past_due_grace_days": value}


def test_a_preset_comes_by_option_or_by_var():
    by_option = Settings.from_env("{mrr_include_metered: true}", {}, Path("/project"), "stripe")
    by_var = Settings.from_env(
        "{mrr_include_metered: true, mrr_preset: stripe}", {}, Path("/project")
    )
    assert by_option.dbt_vars == by_var.dbt_vars
    assert by_option.dbt_vars["mrr_churn_recognition"] == "cancel_request"
