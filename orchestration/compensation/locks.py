"""What history holds of closed quarters, and where the published pay data are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from orchestration.errors import UserError
from orchestration.publish.database import connect, tables_of
from orchestration.publish.versions import PAY_FILE
from orchestration.settings import Settings

#: Name of the locked statements, and each table of history with the mart it is a copy of.
LOCKED = (
    "locked_statements",
    {
        "locked_statements": "fct_csm_comp_statements",
        "locked_lines": "fct_csm_comp_lines",
        "locked_books": "fct_csm_comp_books",
        "locked_plan_terms": "fct_csm_comp_plan_terms",
    },
)


def locked_quarters(settings: Settings) -> dict[str, tuple[str, datetime]]:
    """Return closed quarters with the run that was locked and the moment, oldest first."""
    if not settings.history_file.exists():
        return {}
    with connect(settings.history_file, read_only=True) as history:
        if "quarter_locks" not in tables_of(history, settings.history_file.stem, "comp"):
            return {}
        rows = history.execute(
            "select quarter, locked_run_id, locked_at from comp.quarter_locks order by quarter"
        ).fetchall()
    return {quarter: (run_id, locked_at) for quarter, run_id, locked_at in rows}


def published_pay(settings: Settings) -> Path:
    """Return the pay file that readers see, as a file of its version.

    Raises:
        UserError: there is none.
    """
    path = settings.published_dir / PAY_FILE
    if not path.exists():
        raise UserError("no pay data are published: run `perennial refresh` first")
    return path.resolve()


def quarter_end(settings: Settings, manifest: Mapping[str, object], quarter: str) -> date:
    """Return the first day after a fiscal quarter; a fiscal year is named by the year it ends in.

    The month in which it starts is that of the published run, else of the project.
    """
    given = manifest.get("vars")
    start = dict(given).get("fiscal_year_start_month") if isinstance(given, Mapping) else None
    if start is None:
        from orchestration.contract import read_yaml

        project = read_yaml(settings.project_dir / "dbt_project.yml")
        start = (project.get("vars") or {}).get("fiscal_year_start_month", 1)
    return end_of_quarter(quarter, int(str(start)))


def end_of_quarter(quarter: str, start_month: int) -> date:
    """Return the first day after a quarter of years that start in a month."""
    year, number = int(quarter[:4]), int(quarter[5])
    if start_month > 1:
        year -= 1
    months = year * 12 + start_month - 1 + 3 * number
    return date(months // 12, months % 12 + 1, 1)
