"""Trouble in pay data holds the pay file at its version; everything else is published."""

from __future__ import annotations

import json

import duckdb
import pytest

pytestmark = pytest.mark.slow

STATEMENTS = "select '2026Q1' as quarter, 'E1' as csm_id, 1 as amount"


def tell(toy, sql: str) -> None:
    """Write the pay mart of the toy, and a test that takes no amount above 5."""
    project = toy.settings.project_dir
    folder = project / "models" / "marts" / "compensation"
    folder.mkdir(exist_ok=True)
    (folder / "fct_csm_comp_statements.sql").write_text(
        f"{{{{ config(schema='comp', materialized='table') }}}}\n{sql}\n"
    )
    (project / "tests" / "dbt" / "singular" / "pay_is_small.sql").write_text(
        "{{ config(tags=['comp_refusal']) }}\n"
        "select quarter, amount from {{ ref('fct_csm_comp_statements') }} where amount > 5\n"
    )


def paid(toy) -> list[tuple]:
    path = toy.settings.published_dir / "compensation.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select amount from comp.fct_csm_comp_statements").fetchall()


def manifest(toy) -> dict:
    return json.loads((toy.settings.published_dir / "manifest.json").read_text())


@pytest.fixture
def first(toy):
    tell(toy, STATEMENTS)
    done = toy.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    return toy


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (STATEMENTS.replace("1 as amount", "7 as amount"), ("pay_is_small", "quarter 2026Q1")),
        # A value that does not fit stops the model itself.
        (STATEMENTS.replace("1 as amount", "cast(upper('many') as integer) as amount"), ("many",)),
    ],
)
def test_refused_pay_data_hold_the_pay_file_and_all_else_is_published(first, sql, words):
    before = first.last_run["run_id"]
    tell(first, sql)
    done = first.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    run_id = first.last_run["run_id"]
    assert manifest(first)["run_id"] == first.last_run["published_run_id"] == run_id
    assert paid(first) == [(1,)]
    told = manifest(first)["compensation"]
    assert (told["run_id"], told["is_held"]) == (before, True)
    (warning,) = [text for text in first.last_run["warnings"] if "pay data refused" in text]
    for word in (*words, before, "refresh", "fct_csm_comp_statements"):
        assert word in warning
    assert f"Pay data: refused, held at version {before}" in done.stdout
    assert f"held at version {before}" in first.run("status").stdout
    # Put right, they are published again.
    tell(first, STATEMENTS.replace("1 as amount", "2 as amount"))
    assert first.run("refresh").returncode == 0
    assert (paid(first), manifest(first)["compensation"]["is_held"]) == ([(2,)], False)


def test_a_pay_model_that_is_wrong_itself_is_an_error(first):
    tell(first, "select nothing as amount")
    done = first.run("refresh")
    assert done.returncode == 1
    assert "fct_csm_comp_statements" in done.stderr + done.stdout
    assert paid(first) == [(1,)]
