"""What belongs together in the dbt project is together: tables, models, YAML, contracts, tests."""

import re
from pathlib import Path

import pytest
import yaml

from orchestration.contract import load_contract

PROJECT = Path(__file__).resolve().parents[3]
MODELS = {path.stem: path for path in sorted((PROJECT / "models").rglob("*.sql"))}
MONTH_COLUMNS = (
    "opening_mrr new_mrr expansion_mrr contraction_mrr churn_mrr reactivation_mrr fx_mrr "
    "transfer_mrr closing_mrr"
)
# The contract with the outside: columns that readers of a published mart rely on.
CONTRACT = {
    "dim_accounts": "account_id account_name ultimate_parent_id size_tier coverage_model csm_id "
    "first_paid_date churned_date is_internal",
    "dim_refreshes": "run_id as_of_date published_at",
    "bridge_account_billing_customers": "billing_customer_id account_id",
    "fct_mrr_movements": "mrr_movement_id account_id movement_date movement_type mrr_change "
    "opening_mrr closing_mrr churn_reason",
    "fct_mrr_changes": "account_id subscription_item_id change_date change_cause mrr_change",
    "fct_subscription_item_periods": "subscription_item_id subscription_id account_id product_id "
    "valid_from valid_to scheduled_end_date quantity mrr mrr_native currency evidence",
    "fct_account_months": f"account_id month {MONTH_COLUMNS}",
    "rpt_mrr_monthly": f"month segment_kind segment_value {MONTH_COLUMNS} reclass_mrr closing_arr "
    "nrr grr logo_retention quick_ratio paying_accounts",
    "rpt_retention": "period_kind period_start is_complete segment_kind segment_value nrr grr "
    "logo_retention gross_mrr_churn_rate net_mrr_churn_rate quick_ratio",
    "rpt_retention_cohorts": "cohort_kind cohort_month months_since_start segment_kind "
    "segment_value accounts_at_start accounts_retained mrr_at_start mrr_retained "
    "mrr_retained_gross",
    "rpt_survival_curves": "segment_kind segment_value days_since_start accounts_at_risk "
    "accounts_churned survival_rate",
    "rpt_mrr_restatements": "account_id month change_cause known_before known_at old_mrr new_mrr "
    "mrr_change",
    "fct_renewals": "renewal_id subscription_id account_id term_start due_date outcome mrr_due "
    "mrr_renewed days_late",
    "fct_load_results": "source_table load_id rows_in rows_accepted rows_quarantined "
    "rows_deduplicated rows_suppressed",
    "fct_quarantined_rows": "source_table row_key reason",
    "fct_quality_results": "check_name outcome observed run_id",
}
MOVEMENT_TYPES = {
    *("new", "expansion", "contraction", "churn", "reactivation", "fx"),
    *("transfer_in", "transfer_out"),
}
CAUSES = {
    *("new_item", "removed_item", "quantity", "plan", "term", "price", "discount", "fx"),
    "transfer",
}
POLICIES = {
    *("mrr_churn_recognition", "mrr_past_due_grace_days", "mrr_paused_collection"),
    *("mrr_include_metered", "mrr_discounts", "mrr_reactivation_max_gap_days"),
    *("reporting_currency", "reporting_timezone"),
}


def _properties(name):
    return yaml.safe_load(MODELS[name].with_suffix(".yml").read_text(encoding="utf-8"))


UNIT_TESTS = [
    unit_test
    for path in sorted((PROJECT / "models").rglob("*.yml"))
    for unit_test in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", [])
]


def test_every_model_has_a_yaml_of_its_own():
    missing = [name for name, path in MODELS.items() if not path.with_suffix(".yml").exists()]
    assert missing == []

    described = {name: [model["name"] for model in _properties(name)["models"]] for name in MODELS}
    assert {name: names for name, names in described.items() if names != [name]} == {}


def test_every_source_table_has_a_base_and_a_staging_model():
    text = (PROJECT / "macros" / "base_models.sql").read_text(encoding="utf-8")
    bases = dict(re.findall(r"'(\w+\.\w+)': \['(base_\w+)'", text))

    assert set(bases) == {table.source_table for table in load_contract(PROJECT).tables}
    for source_table, base in bases.items():
        source, table = source_table.split(".")
        call = f"checked_source('{source}', '{table}'"
        assert call in MODELS[base].read_text(encoding="utf-8"), base
        staging = base.replace("base_", "stg_", 1)
        assert f"ref('{base}')" in MODELS[staging].read_text(encoding="utf-8"), staging


def test_every_base_model_is_counted_among_the_row_outcomes():
    text = (PROJECT / "macros" / "base_models.sql").read_text(encoding="utf-8")

    assert set(re.findall(r"'(base_\w+)'", text)) == {
        name for name in MODELS if name.startswith("base_")
    }


def test_the_money_of_a_table_is_that_of_its_contract():
    text = (PROJECT / "macros" / "base_models.sql").read_text(encoding="utf-8")
    listed = re.findall(r"'(\w+\.\w+)': \['base_\w+', ('?\w+'?), ('?\w+'?)\]", text)
    contract = load_contract(PROJECT)

    assert listed
    for source_table, amount, currency in listed:
        money = contract.table(source_table).money or {}
        assert amount.strip("'") == str(money.get("amount", "none")), source_table
        assert currency.strip("'") == str(money.get("currency", "none")), source_table


def test_memory_is_checked_for_every_memory_model():
    test = PROJECT / "tests" / "dbt" / "singular" / "memory_holds_every_version_once.sql"

    assert set(re.findall(r"ref\('(mem_\w+)'\)", test.read_text(encoding="utf-8"))) == {
        name for name in MODELS if name.startswith("mem_")
    }


@pytest.mark.parametrize("mart", sorted(CONTRACT))
def test_a_mart_keeps_the_columns_of_its_contract(mart):
    (model,) = _properties(mart)["models"]
    described = [column["name"] for column in model["columns"]]

    assert model["config"]["contract"]["enforced"] is True
    assert [name for name in CONTRACT[mart].split() if name not in described] == []


@pytest.mark.slow
@pytest.mark.parametrize("mart", sorted(CONTRACT))
def test_a_mart_is_built_with_the_columns_it_describes(empty_warehouse, mart):
    (model,) = _properties(mart)["models"]

    assert sorted(empty_warehouse.columns(mart)) == sorted(
        column["name"] for column in model["columns"]
    )


def test_each_movement_type_has_a_unit_test():
    assert _expected("int_revenue__account_movements", "movement_type") == MOVEMENT_TYPES


def test_each_cause_has_a_unit_test():
    assert _expected("int_revenue__item_changes", "change_cause") == CAUSES


def test_each_policy_has_a_unit_test():
    overridden = {name for test in UNIT_TESTS for name in test.get("overrides", {}).get("vars", {})}

    assert POLICIES - overridden == set()


def _expected(model, column):
    return {
        row[column]
        for test in UNIT_TESTS
        if test["model"] == model
        for row in test["expect"]["rows"]
        if column in row
    }
