"""Lock a quarter: append its published statements, lines, books and plan terms to history."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from orchestration.compensation.locks import (
    LOCKED,
    locked_quarters,
    published_pay,
    quarter_end,
)
from orchestration.errors import UserError
from orchestration.publish.database import (
    Connection,
    attach,
    columns_of,
    connect,
    quote,
    tables_of,
)
from orchestration.publish.history import back_up
from orchestration.publish.links import current_manifest, current_version
from orchestration.run_record import PUBLISHED, read_last_run
from orchestration.settings import Settings

_LOCKS = """
    quarter varchar, locked_at timestamp, locked_run_id varchar, plan_fingerprint varchar
"""
_QUARTER = re.compile(r"(\d{4})\s*-?\s*Q([1-4])", re.IGNORECASE)


@dataclass(frozen=True)
class Closing:
    """What a closing did.

    Attributes:
        is_new: False where the quarter was closed before; then nothing was written.
        totals: currency to (statements, payable).
        held: employees whose statements are held; they are paid by an adjustment later.
        apart: employees with an adjustment but no statement in its currency that could pay it.
    """

    quarter: str
    is_new: bool
    run_id: str
    locked_at: datetime
    totals: dict[str, tuple[int, Decimal]]
    held: list[str]
    apart: list[str]


def parse_quarter(text: str | None) -> str:
    """Return a quarter as `2026Q3`.

    Raises:
        UserError: it is no quarter.
    """
    found = _QUARTER.fullmatch((text or "").strip())
    if not found:
        raise UserError(f"{text or 'no quarter'!r} is no quarter: name one like 2026Q3")
    return f"{found[1]}Q{found[2]}"


def close(settings: Settings, quarter: str, run_id: str, now: datetime) -> Closing:
    """Lock a quarter as it is published; called under the lock of the home.

    Args:
        settings: of the home.
        quarter: like 2026Q3.
        run_id: name of the copy of history that is put aside before.
        now: wall clock in UTC, without offset.

    Raises:
        UserError: the quarter is not over, has no statements, lies before or far behind what is
            closed, or what is published is not the outcome of the last refresh.
    """
    known = locked_quarters(settings)
    if quarter in known:
        locked_run, locked_at = known[quarter]
        with connect(settings.history_file, read_only=True) as history:
            home = settings.history_file.stem
            totals, held = _totals(history, home, LOCKED[0], quarter)
            apart = _apart(history, home, quarter)
        return Closing(quarter, False, locked_run, locked_at, totals, held, apart)
    published = _publishable(settings, quarter)
    pay_file = published_pay(settings)
    with connect(pay_file, read_only=True) as pay:
        have = _quarters(pay, pay_file.stem)
    _check_order(quarter, have, list(known))
    back_up(settings, run_id)
    with connect(settings.history_file) as history:
        attach(history, pay_file, "pay")
        home = settings.history_file.stem
        history.execute("begin")
        history.execute("create schema if not exists comp")
        history.execute(f"create table if not exists comp.quarter_locks ({_LOCKS})")
        for table, mart in LOCKED[1].items():
            _append(history, home, table, mart, quarter)
        history.execute(
            "insert into comp.quarter_locks by name select ? as quarter, ?::timestamp as locked_at,"
            " ? as locked_run_id, ? as plan_fingerprint",
            [quarter, now, published, _fingerprint(history, home, quarter)],
        )
        totals, held = _totals(history, home, LOCKED[0], quarter)
        apart = _apart(history, home, quarter)
        history.execute("commit")
        history.execute("checkpoint")
    return Closing(quarter, True, published, now, totals, held, apart)


def describe(closing: Closing) -> Iterable[str]:
    """Lines for the person who closes: sums by currency, no single pay."""
    when = f"{closing.locked_at:%Y-%m-%d %H:%M} UTC"
    if closing.is_new:
        yield f"{closing.quarter} is closed, as published by run {closing.run_id}"
    else:
        yield f"{closing.quarter} was closed on {when} already; nothing was changed"
    for currency, (count, payable) in sorted(closing.totals.items()):
        yield f"  {count:>4} statements  {payable:>15,.2f} {currency}"
    if closing.held:
        yield f"  held, without pay: {', '.join(closing.held)}"
        yield "  what they are due comes as an adjustment, once the data are put right"
    if closing.apart:
        yield f"  adjusted, but without a statement that pays it: {', '.join(closing.apart)}"
        yield "  who left, or changed currency, is settled by hand, once, by the lines of kind"
        yield "  adjustment in comp.fct_csm_comp_lines; later closings do not name it again"
    if closing.is_new:
        yield "The next refresh publishes these statements as locked; later corrections become"
        yield "adjustments of the next open quarter."


def _publishable(settings: Settings, quarter: str) -> str:
    """Return the run whose statements readers see; refuse what should not be locked."""
    current, manifest = current_version(settings), current_manifest(settings)
    if current is None or manifest is None:
        raise UserError("nothing is published yet: run `perennial refresh` first")
    last = read_last_run(settings.last_run_file) or {}
    if last.get("outcome") != PUBLISHED or last.get("run_id") != current:
        raise UserError(
            f"readers see version {current}, which is not what the last refresh "
            f"({last.get('run_id')}: {last.get('outcome')}) came to: refresh, then close {quarter}"
        )
    pay = manifest.get("compensation")
    if isinstance(pay, dict) and pay.get("is_held"):
        raise UserError(
            f"the pay data of {current} were refused, so the pay file is still that of "
            f"{pay.get('run_id') or 'no run'}: put right what `perennial status` names, refresh, "
            f"then close {quarter}"
        )
    as_of = date.fromisoformat(str(manifest["as_of_date"]))
    last_day = quarter_end(settings, manifest, quarter) - timedelta(days=1)
    if as_of < last_day:
        raise UserError(
            f"{quarter} is not over: its last day is {last_day}, the data speak for {as_of}"
        )
    return current


def _check_order(quarter: str, have: list[str], locked: list[str]) -> None:
    if quarter not in have:
        raise UserError(
            f"there are no statements of {quarter}; there are of: {', '.join(have) or 'none'}"
        )
    if not locked:
        return
    if quarter < max(locked):
        raise UserError(f"{max(locked)} is closed already, so {quarter} before it stays open")
    between = [each for each in have if max(locked) < each < quarter]
    if between:
        raise UserError(f"close {between[0]} first: what it carries goes into {quarter}")


def _quarters(pay: Connection, database: str) -> list[str]:
    if "fct_csm_comp_statements" not in tables_of(pay, database, "comp"):
        return []
    rows = pay.execute(
        "select distinct quarter from comp.fct_csm_comp_statements order by quarter"
    ).fetchall()
    return [quarter for (quarter,) in rows]


def _append(history: Connection, home: str, table: str, mart: str, quarter: str) -> None:
    """Append the quarter's rows of a mart; columns that are new to history are added."""
    wanted = columns_of(history, "pay", "comp", mart)
    if not wanted:
        return
    here = columns_of(history, home, "comp", table)
    if not here:
        declared = ", ".join(f"{quote(name)} {kind}" for name, kind in wanted.items())
        history.execute(f"create table comp.{quote(table)} ({declared})")
    else:
        for name, kind in wanted.items():
            if name not in here:
                history.execute(f"alter table comp.{quote(table)} add column {quote(name)} {kind}")
    status = "replace (case when status = 'held' then 'held' else 'locked' end as status)"
    history.execute(
        f"insert into {quote(home)}.comp.{quote(table)} by name "
        f"select * {status if 'status' in wanted else ''} from pay.comp.{quote(mart)} "
        "where quarter = ?",
        [quarter],
    )


def _fingerprint(history: Connection, home: str, quarter: str) -> str:
    """SHA-256 over the plan terms that the quarter was closed under."""
    columns = columns_of(history, home, "comp", "locked_plan_terms")
    if not columns:
        return ""
    fields = " || '|' || ".join(
        f"coalesce(cast({quote(name)} as varchar), '')" for name in sorted(columns)
    )
    rows = history.execute(
        f"select {fields} as term from {quote(home)}.comp.locked_plan_terms "
        "where quarter = ? order by term",
        [quarter],
    ).fetchall()
    return hashlib.sha256("\n".join(term for (term,) in rows).encode()).hexdigest()


def _totals(
    history: Connection, home: str, table: str, quarter: str
) -> tuple[dict[str, tuple[int, Decimal]], list[str]]:
    rows = history.execute(
        f"select currency, csm_id, status, payable_amount from {quote(home)}.comp.{quote(table)} "
        "where quarter = ? order by csm_id",
        [quarter],
    ).fetchall()
    totals: dict[str, tuple[int, Decimal]] = {}
    for currency, _, status, payable in rows:
        if status != "held":
            count, total = totals.get(currency or "no currency", (0, Decimal(0)))
            totals[currency or "no currency"] = (count + 1, total + (payable or Decimal(0)))
    return totals, [csm_id for _, csm_id, status, _ in rows if status == "held"]


def _apart(history: Connection, home: str, quarter: str) -> list[str]:
    """Employees whose adjustments of the quarter stand on no statement."""
    if "adjusted_quarter" not in columns_of(history, home, "comp", "locked_lines"):
        return []
    rows = history.execute(
        f"select distinct csm_id from {quote(home)}.comp.locked_lines as lines "
        "where quarter = ? and line_kind = 'adjustment' and not exists ("
        f"select 1 from {quote(home)}.comp.{quote(LOCKED[0])} as statements "
        "where statements.quarter = lines.quarter and statements.csm_id = lines.csm_id "
        "and statements.currency = lines.currency) order by csm_id",
        [quarter],
    ).fetchall()
    return [csm_id for (csm_id,) in rows]
