"""The dbt project built once per session on state files without a single landed row."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

PROJECT = Path(__file__).resolve().parents[3]
# Nothing was landed, so no data can say which day the warehouse speaks for.
AS_OF = {"as_of_date": "2026-06-30"}


@dataclass(frozen=True)
class EmptyWarehouse:
    """Every relation of the project, without rows, and what the tests on it said.

    Attributes:
        home: its `PERENNIAL_HOME`.
    """

    home: Path

    def results(self) -> list[dict[str, Any]]:
        """Results of `dbt test`, as `run_results.json` has them."""
        return json.loads((self.home / "test_results.json").read_text())["results"]

    def columns(self, mart: str) -> list[str]:
        """Columns of a built mart, in their order."""
        with duckdb.connect(str(self.home / "dev.duckdb"), read_only=True) as connection:
            rows = connection.execute(
                """select column_name from duckdb_columns()
                where schema_name = 'marts' and table_name = ? order by column_index""",
                [mart],
            ).fetchall()
        return [name for (name,) in rows]


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> EmptyWarehouse:
    """Built by the first worker that asks; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    root = base if worker_id == "master" else base.parent
    home = root / "empty_warehouse"
    with FileLock(str(home) + ".lock"):
        if not (home / "test_results.json").exists():
            home.mkdir(exist_ok=True)
            no_tests = ["test", "unit_test", "exposure"]
            excluded = [word for kind in no_tests for word in ("--exclude-resource-type", kind)]
            built = _dbt(home, "build", *excluded)
            assert built.returncode == 0, built.stdout[-8000:]
            _dbt(home, "test")
            results = home / "target-dev" / "run_results.json"
            (home / "test_results.json").write_text(results.read_text())
    return EmptyWarehouse(home)


def _dbt(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: os.environ[key] for key in os.environ if not key.startswith("PERENNIAL_")}
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("perennial")),
            *("dbt", "--", *arguments, "--vars", json.dumps(AS_OF)),
        ],
        cwd=PROJECT,
        env={**environment, "PERENNIAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
