"""Publish gate: volumes, ranges and distributions of the finished marts, beside the last version.

Keys, relationships, closed lists and identities are dbt tests and are not repeated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from expectations.model import Expectation, Severity, Suite

MIN_ROWS = 1_000
MIN_BAD_ROWS = 10
# A mart that lost half of its rows since the last version is looked at before anybody trusts it.
MIN_SHARE_OF_LAST_VERSION = 0.5
MAX_QUARANTINED_SHARE = 0.05
# A month in which total MRR halves or doubles is possible, and worth a sentence.
MIN_MONTHLY_GROWTH = -0.5
MAX_MONTHLY_GROWTH = 1.0
REVENUE_MARTS = (
    "fct_subscription_item_periods",
    "fct_mrr_changes",
    "fct_mrr_movements",
    "fct_account_months",
    "rpt_mrr_monthly",
)

# They grow with the number of refreshes, not with the data.
_ABOUT_REFRESHES = ("fct_quality_results", "dim_refreshes")
JUDGED_MARTS = (*REVENUE_MARTS, "fct_quarantined_rows")

# One row each; columns are what the expectations below speak of.
_PROFILES: dict[str, str] = {
    "fct_subscription_item_periods": """
        select
            min(mrr)::double as "smallest MRR of an item",
            min(quantity)::double as "smallest quantity",
            coalesce(date_diff('day', $as_of::date, max(valid_from)), 0)
                as "latest start, days after the as-of day"
        from build.marts.fct_subscription_item_periods
    """,
    "fct_mrr_movements": """
        select
            min(closing_mrr)::double as "smallest closing MRR",
            coalesce(date_diff('day', $as_of::date, max(movement_date)), 0)
                as "latest movement, days after the as-of day",
            coalesce(sum((movement_type = 'churn')::int), 0)
                - coalesce(sum((movement_type in ('new', 'reactivation', 'transfer_in'))::int), 0)
                as "churns beyond starts"
        from build.marts.fct_mrr_movements
    """,
    "rpt_mrr_monthly": """
        with

        months as (

            select
                month,
                opening_mrr::double as opening_mrr,
                closing_mrr::double as closing_mrr,
                lag(month) over (order by month) as month_before

            from build.marts.rpt_mrr_monthly

            where segment_kind = 'all'

        ),

        live as (

            select coalesce(sum(mrr), 0)::double as live_mrr
            from build.marts.fct_subscription_item_periods
            where valid_to is null or valid_to > $as_of::date

        )

        select
            coalesce(max(date_diff('month', month_before, month)), 1)
                as "longest step between months",
            coalesce(date_diff('month', max(month), $as_of::date), 0)
                as "months missing at the end",
            round(coalesce(max_by(closing_mrr, month), 0) - any_value(live.live_mrr), 2)
                as "closing MRR less MRR of live items",
            coalesce(max_by(closing_mrr / nullif(opening_mrr, 0) - 1, month), 0)
                as "growth in the last month"
        from live
        left join months on true
    """,
}

# (mart, column, lowest, highest, rule, severity, what it means when it fails)
_RANGES: tuple[tuple[str, str, float | None, float | None, str, Severity, str], ...] = (
    ("fct_subscription_item_periods", "smallest MRR of an item", 0, None, "item_mrr_from_zero_up",
     "error", "an item with MRR below zero"),
    ("fct_subscription_item_periods", "smallest quantity", 0, None, "quantity_from_zero_up",
     "error", "an item with a quantity below zero"),
    ("fct_subscription_item_periods", "latest start, days after the as-of day", None, 0,
     "no_start_after_as_of_day", "error", "an item that starts after the as-of day"),
    ("fct_mrr_movements", "smallest closing MRR", 0, None, "closing_mrr_from_zero_up",
     "error", "an account with closing MRR below zero"),
    ("fct_mrr_movements", "latest movement, days after the as-of day", None, 0,
     "no_movement_after_as_of_day", "error", "a movement after the as-of day"),
    ("fct_mrr_movements", "churns beyond starts", None, 0, "churns_within_starts",
     "error", "more churns than accounts ever started"),
    ("rpt_mrr_monthly", "longest step between months", None, 1, "no_month_missing",
     "error", "a month between the first and the last has no row"),
    ("rpt_mrr_monthly", "closing MRR less MRR of live items", 0, 0, "closing_is_live_mrr",
     "error", "the last month's closing MRR is not the MRR of the items that are live"),
    ("rpt_mrr_monthly", "growth in the last month", MIN_MONTHLY_GROWTH, MAX_MONTHLY_GROWTH,
     "plausible_growth", "warn", "total MRR more than doubled or halved in the last month"),
)  # fmt: skip


def build_suites(
    build: duckdb.DuckDBPyConnection,
    as_of_date: date,
    last_manifest: Mapping[str, Any] | None,
    dbt_vars: Mapping[str, Any],
) -> list[Suite]:
    """Profile the marts and make their suites.

    Args:
        build: a connection that has the finished build attached as `build`, read-only.
        as_of_date: the day the run speaks for.
        last_manifest: manifest of the version readers see; None before the first publish.
        dbt_vars: vars of this run; volumes compare only with a version of the same vars.
    """
    marts = _columns(build)
    rows = {mart: _count(build, f"build.marts.{mart}") for mart in sorted(marts)}
    suites = [_volume_suite(rows, as_of_date, last_manifest, dbt_vars)]
    for mart, query in _PROFILES.items():
        if mart in marts and rows[mart] > 0 and _has_columns(build, query, as_of_date):
            suites.append(_range_suite(build, mart, query, as_of_date))
    if "fct_load_results" in marts:
        suites += _quarantine_suites(build)
    return suites


def _volume_suite(
    rows: Mapping[str, int],
    as_of_date: date,
    last_manifest: Mapping[str, Any] | None,
    dbt_vars: Mapping[str, Any],
) -> Suite:
    expectations = []
    if rows.get("fct_subscription_item_periods"):
        expectations = [
            _between(mart, 1, None, f"not_empty_{mart}", "error",
                     f"{mart}: no row although items are billed; see which model loses them",
                     subject=mart)
            for mart in REVENUE_MARTS
            if mart in rows
        ]  # fmt: skip
    # A mart without anything to compare it with passes, so that every run has the same checks.
    comparable = _comparable(last_manifest, as_of_date, dbt_vars)
    for mart in rows:
        if mart in _ABOUT_REFRESHES:
            continue
        before = comparable.get(mart, 0)
        limit = before * MIN_SHARE_OF_LAST_VERSION if before >= MIN_ROWS else 0
        expectations.append(
            _between(mart, limit, None, f"volume_{mart}", "warn",
                     f"{mart}: {rows[mart]:,} rows, the last version has {before:,}; see whether "
                     "the landing is complete", subject=mart)
        )  # fmt: skip
    return Suite(
        "publish.volumes", "marts", {mart: [count] for mart, count in rows.items()}, expectations
    )


def _comparable(
    last_manifest: Mapping[str, Any] | None, as_of_date: date, dbt_vars: Mapping[str, Any]
) -> dict[str, int]:
    """Row counts of the last version; {} where it speaks for a later day or with other vars."""
    if last_manifest is None or str(last_manifest.get("as_of_date")) > as_of_date.isoformat():
        return {}
    if _policy(last_manifest.get("vars") or {}) != _policy(dbt_vars):
        return {}
    return {mart: int(count) for mart, count in (last_manifest.get("row_counts") or {}).items()}


def _policy(dbt_vars: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in dbt_vars.items()
        if name not in ("run_id", "as_of_date", "disabled_sources")
    }


def _range_suite(
    build: duckdb.DuckDBPyConnection, mart: str, query: str, as_of_date: date
) -> Suite:
    profile = _one_row(build, query, {"as_of": as_of_date})
    expectations = [
        _between(column, lowest, highest, rule, severity,
                 f"{mart}: {meaning} ({column}: {_figure(profile[column])}); see the rows in "
                 f"build.duckdb, marts.{mart}")
        for name, column, lowest, highest, rule, severity, meaning in _RANGES
        if name == mart and profile.get(column) is not None
    ]  # fmt: skip
    return Suite(
        f"publish.{mart}", mart, {name: [value] for name, value in profile.items()}, expectations
    )


def _quarantine_suites(build: duckdb.DuckDBPyConnection) -> Iterable[Suite]:
    totals = build.execute(
        """
        select source_table, sum(rows_in)::bigint, sum(rows_quarantined)::bigint
        from build.marts.fct_load_results
        group by source_table
        order by source_table
        """
    ).fetchall()
    figures: dict[str, list[float]] = {}
    expectations = []
    for source_table, rows, bad in totals:
        is_judged = rows >= MIN_ROWS and bad >= MIN_BAD_ROWS
        figures[source_table] = [bad / rows if is_judged else 0.0]
        expectations.append(
            _between(source_table, None, MAX_QUARANTINED_SHARE, f"quarantined_{source_table}",
                     "warn",
                     f"{source_table}: {bad:,} of {rows:,} rows are set aside, over "
                     f"{MAX_QUARANTINED_SHARE:.0%}; reasons stand in fct_quarantined_rows")
        )  # fmt: skip
    if figures:
        yield Suite("publish.quarantined", "fct_quarantined_rows", figures, expectations)


def _between(
    column: str,
    lowest: float | None,
    highest: float | None,
    rule: str,
    severity: Severity,
    message: str,
    subject: str | None = None,
) -> Expectation:
    limits = {"min_value": lowest, "max_value": highest}
    return Expectation(
        "expect_column_max_to_be_between",  # of the one row there is: this one tells the value
        {"column": column, **{name: limit for name, limit in limits.items() if limit is not None}},
        rule,
        severity,
        message,
        subject=subject,
    )


def _columns(build: duckdb.DuckDBPyConnection) -> set[str]:
    rows = build.execute(
        "select table_name from duckdb_tables() "
        "where database_name = 'build' and schema_name = 'marts'"
    ).fetchall()
    return {name for (name,) in rows}


def _has_columns(build: duckdb.DuckDBPyConnection, query: str, as_of_date: date) -> bool:
    # A project that leaves a column of the contract out has no figure to be judged.
    try:
        build.execute(f"explain {query}", {"as_of": as_of_date})
    except duckdb.Error:
        return False
    return True


def _one_row(
    build: duckdb.DuckDBPyConnection, query: str, bindings: Mapping[str, Any]
) -> dict[str, Any]:
    result = build.execute(query, dict(bindings))
    names = [column[0] for column in result.description or ()]
    row: Sequence[Any] = result.fetchone() or ()
    return dict(zip(names, row, strict=False))


def _count(build: duckdb.DuckDBPyConnection, table: str) -> int:
    row = build.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _figure(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}"
