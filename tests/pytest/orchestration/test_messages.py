"""What a person reads of dbt's results, and which of them the data are to blame for."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.dbt_runs import NodeResult

RESULT = NodeResult(
    unique_id="test.perennial.unique_x",
    name="unique_x",
    kind="test",
    subject="fct_mrr_movements",
    status="fail",
    failures=3,
    severity="error",
    message="Got 3 results, configured to fail if != 0",
    seconds=0.1,
    compiled_file=Path("/home/target/unique_x.sql"),
)


def result(**changes) -> NodeResult:
    from dataclasses import replace

    return replace(RESULT, **changes)


def test_a_failed_test_names_itself_its_model_its_rows_and_its_query():
    assert result().explain() == (
        "test unique_x on fct_mrr_movements: 3 rows break it; the query: /home/target/unique_x.sql"
    )
    assert "1 row breaks it" in result(failures=1).explain()


def test_a_failed_test_names_the_keys_of_a_row_it_found():
    text = result(example="currency eur, month 2026-03-01").explain()
    assert "3 rows break it, for example currency eur, month 2026-03-01; the query" in text


def test_a_model_that_failed_tells_what_duckdb_said_on_one_line():
    failed = result(
        kind="model", name="m", status="error", message="Runtime Error\n  Binder Error: no x"
    )
    assert failed.explain().startswith(
        "model m could not be built: Runtime Error Binder Error: no x"
    )


@pytest.mark.parametrize(
    ("changes", "is_data_error"),
    [
        ({}, True),
        ({"kind": "model", "status": "error", "message": "Constraint Error: NOT NULL"}, True),
        ({"kind": "model", "status": "error", "message": "Conversion Error: 'x' to DATE"}, True),
        ({"kind": "model", "status": "error", "message": "Catalog Error: no table t"}, False),
        ({"kind": "model", "status": "error", "message": "IO Error: No space left"}, False),
        ({"status": "error", "message": "Binder Error: no column x"}, False),
    ],
)
def test_only_values_that_do_not_fit_are_the_fault_of_the_data(changes, is_data_error):
    assert result(**changes).is_data_error is is_data_error


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("pass", "passed"),
        ("success", "passed"),
        ("warn", "warned"),
        ("fail", "failed"),
        ("error", "failed"),
        ("runtime error", "failed"),
        ("skipped", "skipped"),
    ],
)
def test_dbts_words_in_the_words_of_the_project(status, outcome):
    assert result(status=status).outcome == outcome
