"""What a refresh says at its end: facts for the version, a summary for the person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from orchestration.publish.database import Connection, connect, utc_now
from orchestration.publish.history import RunFacts, SourceFreshness
from orchestration.publish.links import CURRENT
from orchestration.publish.versions import MARTS_FILE
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.landing import AcceptReport
    from orchestration.refresh import Refresh

_SHOWN_REASONS = 10
_SHOWN_WARNINGS = 15
_MOVEMENTS = (
    ("opening_mrr", "opening"),
    ("new_mrr", "new"),
    ("expansion_mrr", "expansion"),
    ("contraction_mrr", "contraction"),
    ("churn_mrr", "churn"),
    ("reactivation_mrr", "reactivation"),
    ("fx_mrr", "fx"),
    ("transfer_mrr", "transfer"),
    ("closing_mrr", "closing"),
)


def run_facts(refresh: Refresh) -> RunFacts:
    """What publish has to know of a run whose build passed."""
    report = refresh.report
    if report is None:
        raise ValueError("a run that accepted nothing has nothing to publish")
    settings = refresh.settings
    return RunFacts(
        run_id=refresh.run_id,
        as_of_date=refresh.as_of_date,
        started_at=refresh.record.started_at.replace(tzinfo=None),
        published_at=utc_now(),
        sources=source_freshness(report, refresh.stale_warn_days, never_stale_sources(refresh)),
        stale_tables=sorted(report.stale_tables),
        dbt_vars={name: value for name, value in refresh.dbt_vars.items() if name != "run_id"},
        landing=str(settings.external_raw or settings.landing),
        warnings=list(refresh.record.warnings),
    )


def source_freshness(
    report: AcceptReport, warn_days: int, never_stale: Collection[str] = ()
) -> list[SourceFreshness]:
    """Until when the accepted loads of each source reach, and which sources are stale.

    A source is stale when one of its tables stayed at an earlier load, or its newest row is more
    than `warn_days` days before the as-of day.
    """
    newest: dict[str, date | None] = {}
    for result in report.loads:
        source = result.load.source_table.split(".")[0]
        newest.setdefault(source, None)
        synced = result.load.synced_to.date() if result.load.synced_to else None
        known = newest[source]
        if result.outcome == "accepted" and synced and (known is None or synced > known):
            newest[source] = synced
    held_back = {table.split(".")[0] for table in report.stale_tables}
    return [
        SourceFreshness(
            source,
            day,
            source in held_back
            or (
                source not in never_stale
                and day is not None
                and report.as_of_date is not None
                and (report.as_of_date - day).days > warn_days
            ),
        )
        for source, day in sorted({**dict.fromkeys(held_back), **newest}.items())
    ]


def never_stale_sources(refresh: Refresh) -> set[str]:
    """Sources of which no table is judged by its age."""
    judged = {table.source for table in refresh.contract.tables if not table.never_stale}
    return set(refresh.contract.sources) - judged


def summarise(refresh: Refresh) -> list[str]:
    """Lines for the person: rows by table, reasons, checks, movements, warnings, outcome."""
    lines = [""]
    if refresh.published is not None:
        version = refresh.settings.published_dir / CURRENT / MARTS_FILE
        with connect(version, read_only=True) as marts:
            lines += [*_rows(marts), *_reasons(marts), *_movements(marts)]
    lines += _checks(refresh)
    lines += _warnings(refresh.record.warnings)
    lines += _blocking(refresh)
    lines += _outcome(refresh)
    return lines


def _rows(marts: Connection) -> Iterable[str]:
    rows = marts.execute(
        """
        select source_table, count(*), sum(rows_in), sum(rows_accepted), sum(rows_quarantined),
            sum(rows_deduplicated), sum(rows_suppressed)
        from marts.fct_load_results
        where load_outcome <> 'rejected'
        group by source_table
        order by source_table
        """
    ).fetchall()
    head = ("loads", "rows in", "accepted", "quarantined", "duplicates", "suppressed")
    yield "  ".join([f"{'':<36}", *(f"{title:>11}" for title in head)])
    source = None
    for name, *figures in rows:
        if name.split(".")[0] != source:
            source = name.split(".")[0]
            yield source
        numbers = "  ".join(f"{int(figure):>11,}" for figure in figures)
        yield f"  {name.split('.', 1)[1]:<34}  {numbers}"


def _reasons(marts: Connection) -> Iterable[str]:
    rows = marts.execute(
        """
        select source_table, rule, count(*) as row_count
        from marts.fct_quarantined_rows
        group by source_table, rule
        order by row_count desc, source_table, rule
        """
    ).fetchall()
    if not rows:
        return
    yield ""
    yield "Set aside (marts.fct_quarantined_rows has every row with its reason)"
    for source_table, rule, count in rows[:_SHOWN_REASONS]:
        yield f"  {source_table:<34}  {rule:<28}  {count:>9,}"
    if len(rows) > _SHOWN_REASONS:
        yield f"  ... and {len(rows) - _SHOWN_REASONS} more"


def _movements(marts: Connection) -> Iterable[str]:
    columns = ", ".join(column for column, _ in _MOVEMENTS)
    row = marts.execute(
        f"select month, paying_accounts, {columns} from marts.rpt_mrr_monthly "
        "where segment_kind = 'all' order by month desc limit 1"
    ).fetchone()
    yield ""
    if row is None:
        yield "MRR: none"
        return
    yield f"MRR in {row[0]:%B %Y} (the month of the as-of day, {row[1]:,} paying accounts)"
    for (_, title), amount in zip(_MOVEMENTS, row[2:], strict=True):
        yield f"  {title:<34}  {amount or 0:>15,.2f}"


def _checks(refresh: Refresh) -> Iterable[str]:
    counts: dict[str, dict[str, int]] = {}
    for row in refresh.quality_rows():
        kind = counts.setdefault(row.check_kind, {})
        kind[row.outcome] = kind.get(row.outcome, 0) + 1
    if not counts:
        return
    yield ""
    yield f"{'Checks':<36}  {'passed':>11}  {'warned':>11}  {'failed':>11}"
    for kind, outcomes in counts.items():
        figures = [outcomes.get(word, 0) for word in ("passed", "warned", "failed")]
        yield f"  {kind.replace('_', ' ') + 's':<34}  " + "  ".join(
            f"{figure:>11,}" for figure in figures
        )


def _warnings(warnings: list[str]) -> Iterable[str]:
    if not warnings:
        return
    yield ""
    yield f"Warnings ({len(warnings)})"
    for warning in warnings[:_SHOWN_WARNINGS]:
        yield f"  - {warning}"
    if len(warnings) > _SHOWN_WARNINGS:
        yield f"  ... and {len(warnings) - _SHOWN_WARNINGS} more, in last_run.json"


def _blocking(refresh: Refresh) -> Iterable[str]:
    report = refresh.report
    refused = [item for item in report.rejections if not item.is_required] if report else []
    if refused:
        yield ""
        yield "Refused, the last accepted load stays"
        yield from (f"  - {item.message}" for item in refused)
    if refresh.record.reasons:
        yield ""
        yield "Blocked by the data" if refresh.record.outcome == "blocked" else "Error"
        yield from (f"  - {reason}" for reason in refresh.record.reasons)


def _outcome(refresh: Refresh) -> Iterable[str]:
    record, settings = refresh.record, refresh.settings
    yield ""
    if refresh.published is not None:
        manifest = refresh.published.manifest
        through = ", ".join(
            f"{source} {day or 'unknown'}" for source, day in manifest["data_through"].items()
        )
        yield f"Data through: {through}; as of {manifest['as_of_date']}"
        if manifest["stale_sources"]:
            yield f"Stale: {', '.join(manifest['stale_sources'])}"
        yield f"Published: {_relative(settings, settings.published_dir / MARTS_FILE)}"
        pay = manifest.get("compensation") or {}
        if pay.get("is_held"):
            yield f"Pay data: refused, held at version {pay.get('run_id') or 'none'}; see Warnings"
        if refresh.sending is not None:
            trouble = "; see Warnings" if refresh.sending.warnings else ""
            yield f"Alerts: {refresh.sending.summary}{trouble}"
    elif record.published_run_id:
        yield f"Nothing was published; readers still see {record.published_run_id}"
    else:
        yield "Nothing was published yet"
    if (refresh.quality_dir / "checks.json").exists():
        yield f"Results: {_relative(settings, refresh.quality_dir)}"
    yield f"outcome: {record.outcome} (run {record.run_id})"


def _relative(settings: Settings, path: Any) -> str:
    try:
        return str(path.relative_to(settings.project_dir))
    except ValueError:
        return str(path)
