"""Dagster's definitions of the real project: assets, checks, job, schedule, sensor."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.contract import load_contract
from orchestration.dbt_runs import prepare_manifest
from orchestration.definitions import build_definitions, load_manifest
from orchestration.defs.schedules import fingerprint
from orchestration.landing import prepare
from orchestration.settings import PROJECT_DIR, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("definitions")
    settings = Settings(project_dir=PROJECT_DIR, home=folder / "home", landing=folder / "landing")
    prepare(settings, load_contract(PROJECT_DIR))
    prepare_manifest(settings)
    return settings


@pytest.fixture(scope="module")
def manifest(settings) -> dict:
    return load_manifest(settings)


@pytest.fixture(scope="module")
def definitions(manifest) -> dg.Definitions:
    return build_definitions(manifest)


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def test_every_raw_table_of_the_contract_is_an_asset_with_an_arrival_check(graph):
    tables = {tuple(table.source_table.split(".")) for table in load_contract(PROJECT_DIR).tables}
    assert tables <= {tuple(key.path) for key in graph.materializable_asset_keys}
    checked = {tuple(key.asset_key.path) for key in graph.asset_check_keys if key.name == "arrival"}
    assert checked == tables


def test_every_model_and_seed_is_an_asset(manifest, graph):
    expected = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
        and node["config"]["materialized"] != "ephemeral"
    }
    assert expected <= {key.path[-1] for key in graph.materializable_asset_keys}


def test_every_data_test_on_a_model_is_a_check_and_no_unit_test_is(manifest, graph):
    tests = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and any(parent.startswith(("model", "seed")) for parent in node["depends_on"]["nodes"])
    }
    names = {key.name for key in graph.asset_check_keys}
    assert tests <= names
    assert not names & {unit["name"] for unit in manifest.get("unit_tests", {}).values()}


def test_raw_tables_lead_to_marts_and_marts_to_the_published_version(graph):
    published = dg.AssetKey(["published", "perennial"])
    movements = dg.AssetKey(["marts", "fct_mrr_movements"])
    raw = dg.AssetKey(["stripe", "subscription_item"])
    assert movements in graph.get(published).parent_keys
    ancestors = graph.get_ancestor_asset_keys(published)
    assert raw in ancestors
    assert movements in ancestors


def test_alerts_leave_after_the_publish_and_hold_nothing_back(graph):
    sent = graph.get(dg.AssetKey(["published", "sent_alerts"]))
    assert sent.parent_keys == {dg.AssetKey(["published", "perennial"])}
    assert not any(graph.get(key).blocking for key in sent.check_keys)


def test_the_gate_holds_publish_back(graph):
    gates = [key for key in graph.asset_check_keys if key.name == "publish_gate"]
    assert len(gates) == 6
    assert all(graph.get(key).blocking for key in gates)


def test_the_job_runs_everything_in_one_process(definitions, graph):
    job = definitions.resolve_job_def("refresh")
    assert job.executor_def is dg.in_process_executor
    assert set(job.asset_layer.executable_asset_keys) == set(graph.materializable_asset_keys)
    assert {node.name for node in job.nodes} == {
        *("landing", "warehouse", "gate", "published__perennial", "published__sent_alerts"),
    }


def test_raw_tables_have_a_freshness_policy_but_the_flat_table_is_never_stale(graph):
    assert graph.get(dg.AssetKey(["stripe", "invoice"])).freshness_policy is not None
    flat = dg.AssetKey(["billing", "subscription_periods"])
    assert graph.get(flat).freshness_policy is None


def test_the_schedule_asks_for_a_refresh(definitions):
    schedule = definitions.resolve_schedule_def("refresh_daily")
    assert schedule.job_name == "refresh"
    data = schedule.evaluate_tick(dg.build_schedule_context())
    assert len(data.run_requests) == 1


@pytest.fixture
def landing(tmp_path, monkeypatch):
    monkeypatch.setenv("PERENNIAL_LANDING", str(tmp_path))
    monkeypatch.delenv("PERENNIAL_RAW", raising=False)
    (tmp_path / "stripe").mkdir()
    (tmp_path / "stripe" / "price.csv").write_text("id\n")
    return tmp_path


def look(definitions, cursor):
    context = dg.build_sensor_context(cursor=cursor)
    data = definitions.resolve_sensor_def("landing_changed").evaluate_tick(context)
    return len(data.run_requests), data.cursor or cursor


def test_the_sensor_asks_once_for_each_state_of_the_landing(definitions, landing):
    asked, cursor = look(definitions, None)
    assert asked == 0  # files may still be on their way
    asked, cursor = look(definitions, cursor)
    assert asked == 1
    asked, cursor = look(definitions, cursor)
    assert asked == 0
    (landing / "stripe" / "price.csv").write_text("id\nprice_1\n")
    asked, cursor = look(definitions, cursor)
    assert asked == 0
    asked, cursor = look(definitions, cursor)
    assert asked == 1


def test_an_empty_landing_asks_for_nothing(definitions, landing):
    (landing / "stripe" / "price.csv").unlink()
    assert look(definitions, None)[0] == 0


def test_a_file_that_is_gone_when_looked_at_is_no_error(tmp_path):
    assert fingerprint([tmp_path / "gone.csv"]) is None


def test_a_quarter_is_closed_by_a_job_of_its_own(definitions, tmp_path, monkeypatch):
    monkeypatch.setenv("PERENNIAL_HOME", str(tmp_path / "home"))
    job = definitions.resolve_job_def("close_quarter")
    config = {"ops": {"lock_statements": {"config": {"quarter": "2026Q3"}}}}
    result = job.execute_in_process(run_config=config, raise_on_error=False)
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert "run `perennial refresh` first" in str(failure.step_failure_data)
