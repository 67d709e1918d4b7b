"""Builds and loads as dbt and accept leave them, written by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.settings import Settings

MART_COLUMNS = "account_id varchar, mrr decimal(18, 2), share double, run_id varchar"


def write_build(settings: Settings, accounts: dict[str, float], versions: str = "v1 v2") -> None:
    """Write build.duckdb: two marts, the marts that publish fills, one memory model."""
    settings.build_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_file)) as build:
        for schema in ("marts", "memory", "staging"):
            build.execute(f"create schema {schema}")
        build.execute(f"create table marts.fct_accounts ({MART_COLUMNS})")
        for account, mrr in accounts.items():
            build.execute("insert into marts.fct_accounts values (?, ?, 0.5, 'r')", [account, mrr])
        build.execute("comment on table marts.fct_accounts is 'One row per account; it''s small.'")
        build.execute("comment on column marts.fct_accounts.mrr is 'MRR in USD.'")
        build.execute(
            "create table marts.fct_quality_results (quality_result_id varchar, run_id varchar, "
            "check_name varchar, check_kind varchar, subject varchar, severity varchar, "
            "outcome varchar, observed varchar)"
        )
        build.execute(
            "create table marts.dim_refreshes (run_id varchar, as_of_date date, "
            "published_at timestamp, data_through varchar, stale_sources varchar)"
        )
        build.execute("create table memory.mem_items (version_id varchar, item_id varchar)")
        for version in versions.split():
            build.execute("insert into memory.mem_items values (?, ?)", [version, f"i{version}"])


def write_loads(settings: Settings, load_ids: list[str], is_new: bool = True) -> None:
    """Write the loads of run.duckdb, all accepted."""
    with duckdb.connect(str(settings.run_file)) as run:
        run.execute("delete from run.run.loads")
        for load_id in load_ids:
            run.execute(
                "insert into run.run.loads by name select ? as load_id, "
                "'stripe.price' as source_table, 'accepted' as outcome, ? as is_new, 3 as rows_in",
                [load_id, is_new],
            )


def rows(path: Path, query: str) -> list[tuple]:
    """Rows of a query on a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()
