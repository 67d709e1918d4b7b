"""Prove that closed statements are what they were, and say what a rebuild would pay today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from orchestration.compensation.locks import locked_quarters, published_pay
from orchestration.compensation.statement_hash import statement_hashes
from orchestration.errors import UserError
from orchestration.publish.database import columns_of, connect, tables_of
from orchestration.settings import Settings

_TABLES = ("locked_statements", "locked_lines", "locked_books")


@dataclass(frozen=True)
class Verdict:
    """What became of a closed quarter.

    Attributes:
        statements: how many are locked.
        broken: employees whose statement, lines or book are not those that were locked.
        unlike: employees whose published statement is not the locked one.
        adjustments: (quarter, currency) to (statements, amount) that later knowledge brought.
    """

    quarter: str
    run_id: str
    locked_at: datetime
    statements: int
    broken: list[str]
    unlike: list[str]
    adjustments: dict[tuple[str, str], tuple[int, Decimal]]

    @property
    def is_unchanged(self) -> bool:
        """Whether every statement is the one that was locked."""
        return not self.broken and not self.unlike


def verify(settings: Settings, quarter: str | None = None) -> list[Verdict]:
    """Recompute the hashes of closed quarters from the locked rows.

    Args:
        settings: of the home.
        quarter: like 2026Q3; None for all.

    Raises:
        UserError: the quarter is not closed.
    """
    known = locked_quarters(settings)
    if quarter is not None and quarter not in known:
        closed = ", ".join(known) or "none"
        raise UserError(f"{quarter} is not closed; closed: {closed}")
    return [
        _verdict(settings, name, *facts) for name, facts in known.items() if quarter in (None, name)
    ]


def describe(verdicts: list[Verdict]) -> Iterable[str]:
    """Lines for the person."""
    if not verdicts:
        yield "no quarter is closed yet"
    for verdict in verdicts:
        yield (
            f"{verdict.quarter}: {verdict.statements} statements, closed "
            f"{verdict.locked_at:%Y-%m-%d} as published by run {verdict.run_id}"
        )
        if verdict.is_unchanged:
            yield "  unchanged: every hash is that of its lines, its book and its plan"
        if verdict.broken:
            yield f"  CHANGED after the close: {', '.join(verdict.broken)}"
        if verdict.unlike:
            yield f"  published differently from what is locked: {', '.join(verdict.unlike)}"
        if not verdict.adjustments:
            yield "  a rebuild today gives the same"
        for (into, currency), (count, amount) in sorted(verdict.adjustments.items()):
            yield (
                f"  a rebuild today differs: {count} adjustments of {amount:+,.2f} {currency} "
                f"in {into}"
            )


def _verdict(settings: Settings, quarter: str, run_id: str, locked_at: datetime) -> Verdict:
    home = settings.history_file.stem
    with connect(settings.history_file, read_only=True) as history:
        computed = statement_hashes(history, home, _TABLES, quarter)
        stored = dict(
            history.execute(
                "select csm_id, statement_hash from comp.locked_statements where quarter = ?",
                [quarter],
            ).fetchall()
        )
    broken = sorted(csm for csm, found in stored.items() if computed.get(csm) != found)
    shown, adjustments = _shown(published_pay(settings), quarter)
    # Until the refresh after the close, readers see the statements as provisional.
    unlike = sorted(csm for csm, found in shown.items() if stored.get(csm) != found)
    return Verdict(quarter, run_id, locked_at, len(stored), broken, unlike, adjustments)


def _shown(
    pay_file: Path, quarter: str
) -> tuple[dict[str, str], dict[tuple[str, str], tuple[int, Decimal]]]:
    """Return published hashes of a closed quarter, and what adjusts it."""
    with connect(pay_file, read_only=True) as pay:
        if "fct_csm_comp_statements" not in tables_of(pay, pay_file.stem, "comp"):
            return {}, {}
        shown = dict(
            pay.execute(
                "select csm_id, statement_hash from comp.fct_csm_comp_statements "
                "where quarter = ? and status <> 'provisional'",
                [quarter],
            ).fetchall()
        )
        adjustments = {}
        if "adjusted_quarter" in columns_of(pay, pay_file.stem, "comp", "fct_csm_comp_lines"):
            rows = pay.execute(
                "select quarter, coalesce(currency, ''), count(*), sum(adjustment_amount) "
                "from comp.fct_csm_comp_lines "
                "where line_kind = 'adjustment' and adjusted_quarter = ? group by all",
                [quarter],
            ).fetchall()
            adjustments = {(into, name): (count, amount) for into, name, count, amount in rows}
    return shown, adjustments
