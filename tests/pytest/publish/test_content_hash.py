"""Content hashes: equal for what says the same, different for what does not."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.publish.content_hash import business_columns, content_hash


def hash_of(rows: str, columns: str = "account_id, mrr", run: str = "r1", table: str = "t") -> str:
    with duckdb.connect() as connection:
        connection.execute(f"create schema marts; create table marts.{table} as "
                           f"select * from (values {rows}) as t({columns})")  # fmt: skip
        return content_hash(connection, "memory", "marts", table, run)


def test_the_order_of_rows_does_not_count():
    assert hash_of("('a', 1), ('b', 2)") == hash_of("('b', 2), ('a', 1)")


def test_the_order_of_columns_does_not_count():
    assert hash_of("('a', 1)") == hash_of("(1, 'a')", "mrr, account_id")


@pytest.mark.parametrize(
    "other",
    [
        "('a', 2)",
        "('a', null)",
        "(null, 1)",
        "('a', 1), ('a', 1)",
        "('A', 1)",
        "('a ', 1)",
    ],
)
def test_another_content_has_another_hash(other):
    assert hash_of("('a', 1)") != hash_of(other)


def test_another_name_of_a_column_is_another_content():
    assert hash_of("('a', 1)") != hash_of("('a', 1)", "account_id, arr")


def test_nothing_and_the_empty_text_and_a_tilde_differ():
    hashes = {hash_of(f"({value}::varchar, 1)") for value in ("null", "''", "'~'", "'0:'")}
    assert len(hashes) == 4


def test_neighbouring_texts_cannot_be_mistaken_for_each_other():
    assert hash_of("('ab', 'c')") != hash_of("('a', 'bc')")


def test_digits_beyond_the_sixth_do_not_count_and_minus_zero_is_zero():
    assert hash_of("('a', 0.1::double + 0.2::double)") == hash_of("('a', 0.3::double)")
    assert hash_of("('a', '-0.0'::double)") == hash_of("('a', 0::double)")
    assert hash_of("('a', 0.30001::double)") != hash_of("('a', 0.3::double)")


def test_run_ids_and_clock_times_do_not_count():
    columns = dict.fromkeys(("b", "a", "run_id", "last_run_id", "published_at"), "varchar")
    assert business_columns("t", columns) == ["a", "b"]
    one = hash_of("('a', 'r1', now())", "a, run_id, published_at")
    assert one == hash_of("('a', 'r2', now() - interval 1 day)", "a, run_id, published_at")


def test_of_the_refreshes_only_the_current_one_counts():
    one = hash_of("('r1', '2026-09-30')", "run_id, as_of_date", table="dim_refreshes")
    two = hash_of(
        "('r0', '2026-08-31'), ('r1', '2026-09-30')", "run_id, as_of_date", table="dim_refreshes"
    )
    assert one == two


def test_what_arrival_checks_saw_does_not_count_but_a_failed_test_does():
    columns = "run_id, check_kind, check_name, outcome, observed"
    test = "('r1', 'dbt_test', 'unique', 'passed', '0 rows')"
    arrival = "('r1', 'arrival_expectation', 'not_empty', 'passed', '3')"
    failed = "('r1', 'dbt_test', 'unique', 'failed', '1 rows')"
    table = "fct_quality_results"
    assert hash_of(test, columns, table=table) == hash_of(
        f"{test}, {arrival}", columns, table=table
    )
    assert hash_of(test, columns, table=table) != hash_of(failed, columns, table=table)


def test_an_empty_table_has_a_hash():
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.t (a int)")
        assert len(content_hash(connection, "memory", "marts", "t", "r1")) == 64
