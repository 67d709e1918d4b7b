"""dbt's unit tests, and its data tests where no row was landed; a refresh runs only the latter."""

import pytest

pytestmark = pytest.mark.slow


def test_every_unit_test_passes(empty_warehouse):
    results = _of_kind(empty_warehouse, "unit_test")

    assert len(results) > 50
    assert _failures(results) == []


def test_every_data_test_holds_on_an_empty_warehouse(empty_warehouse):
    results = _of_kind(empty_warehouse, "test")

    assert len(results) > 50
    assert _failures(results) == []


def _of_kind(warehouse, kind):
    return [result for result in warehouse.results() if result["unique_id"].split(".")[0] == kind]


def _failures(results):
    return [
        f"{result['unique_id']}: {result['message']}"
        for result in results
        if result["status"] != "pass"
    ]
