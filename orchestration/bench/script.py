"""The hand-written script `benchmarks/mrr_movements.sql`: run it, compare it with the models."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.settings import Settings

#: Reference seeds that the script reads; a file in the landing takes a seed's place.
SEEDS = ("currencies", "fx_rates", "internal_accounts")

_COMPARE = """
select
    coalesce(models.account_id, script.account_id) as account_id,
    coalesce(models.movement_date, script.movement_date) as movement_date,
    coalesce(models.movement_type, script.movement_type) as movement_type,
    models.mrr_change as by_models,
    script.mrr_change as by_script
from published.marts.fct_mrr_movements as models
full join temp.main.mrr_movements as script
    on
        models.account_id = script.account_id
        and models.movement_date = script.movement_date
        and models.movement_type = script.movement_type
where models.mrr_change is distinct from script.mrr_change
order by all
"""


@dataclass(frozen=True)
class Comparison:
    """What script and models say of one landing.

    Attributes:
        seconds: the script's own time, by the clock.
        movements: rows (account, day, type) that the script found.
        differences: rows that only one side has, or both with another amount:
            (account_id, movement_date, movement_type, change by the models, by the script).
    """

    seconds: float
    movements: int
    differences: list[tuple]


def compare(settings: Settings) -> Comparison:
    """Run the script on the raw tables of a home and hold it against what is published there.

    Args:
        settings: a home whose last refresh published, and the landing it read.

    Raises:
        duckdb.Error: a file or table that the script reads is missing.
    """
    with _raw_tables(settings) as connection:
        sql = script_file(settings).read_text(encoding="utf-8")
        started = time.perf_counter()
        connection.execute(sql)
        seconds = time.perf_counter() - started
        (movements,) = connection.sql("select count(*) from temp.main.mrr_movements").fetchone()
        published = settings.published_dir / "perennial.duckdb"
        connection.execute(f"attach '{published}' as published (read_only)")
        return Comparison(seconds, movements, connection.sql(_COMPARE).fetchall())


def script_file(settings: Settings) -> Path:
    """Where the script stands."""
    return settings.project_dir / "benchmarks" / "mrr_movements.sql"


@contextmanager
def _raw_tables(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the raw tables as the models read them, and the seeds as they read them."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{settings.raw_file}' as raw (read_only)")
        connection.execute("use raw")
        for seed in SEEDS:
            given = settings.landing / "reference" / f"{seed}.csv"
            shipped = settings.project_dir / "seeds" / "reference" / f"{seed}.csv"
            path = given if given.exists() else shipped
            connection.execute(
                f"create temp table {seed} as from read_csv(?, header = true)", [str(path)]
            )
        yield connection
