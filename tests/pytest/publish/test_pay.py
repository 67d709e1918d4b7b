"""Pay data: a file of their own, held where they were refused; quarters locked for good."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import duckdb
import pytest
from finished_build import rows, write_build

from orchestration.compensation.closing import close, parse_quarter
from orchestration.compensation.closing import describe as describe_closing
from orchestration.compensation.locks import end_of_quarter
from orchestration.compensation.session import close_published
from orchestration.compensation.verifying import describe, verify
from orchestration.errors import UserError
from orchestration.files import write_json
from orchestration.lock import AlreadyRunningError, refresh_lock
from orchestration.publish.database import utc_now
from orchestration.publish.publisher import publish

RUNS = [f"20260930T10150{number}Z-aaaaaa" for number in range(6)]
HEAD = (
    "statement|2026Q2|E1|reference|usd|200000.0000000000|-0.0200000000|0.9750000000|0.8200000000|"
    "6250.0000000000|1.0000000000|0.0000000000|5125.0000000000|5125.0000000000|0.0000000000|"
    "0.0000000000|5125.0000000000|0.0000000000"
)
LINE = "line|a1|2026-05-01|expansion|counted|9000.0000000000|1.0000000000|9000.0000000000||"
BOOK = "book|a1|counted|200000.0000000000|1.0000000000|200000.0000000000"
#: By hand, from the description of the canonical text.
HASH = sha256("\n".join([HEAD, LINE, BOOK]).encode()).hexdigest()


def write_pay(settings, amount: float = 5125, quarters: str = "2026Q1 2026Q2 2026Q3") -> None:
    """Marts of pay in the build: one employee, one account; E2 is held in 2026Q2."""
    with duckdb.connect(str(settings.build_file)) as build:
        build.execute("drop schema if exists comp cascade")
        build.execute("create schema comp")
        build.execute(
            "create table comp.fct_csm_comp_statements (csm_id varchar, quarter varchar, "
            "plan_version varchar, opening_book_mrr double, net_mrr_churn_rate double, grr double, "
            "payout_factor double, target_bonus double, proration double, "
            "guarantee_amount decimal(18, 2), earned_bonus decimal(18, 2), "
            "earned_bonus_without_exclusions decimal(18, 2), adjustment_amount decimal(18, 2), "
            "carried_in decimal(18, 2), payable_amount decimal(18, 2), carried_out decimal(18, 2), "
            "currency varchar, status varchar, statement_hash varchar)"
        )
        build.execute(
            "create table comp.fct_csm_comp_lines (csm_id varchar, quarter varchar, "
            "account_id varchar, movement_date date, movement_type varchar, "
            "mrr_change decimal(18, 2), credit_share double, credited_mrr double, "
            "line_kind varchar, adjusted_quarter varchar, currency varchar, "
            "adjustment_amount decimal(18, 2))"
        )
        build.execute(
            "create table comp.fct_csm_comp_books (csm_id varchar, quarter varchar, "
            "account_id varchar, opening_mrr decimal(18, 2), credit_share double, "
            "credited_opening_mrr double, book_kind varchar)"
        )
        build.execute(
            "create table comp.fct_csm_comp_plan_terms as "
            "select quarter, 'reference' as plan_version, 0.9 as grr_gate "
            "from unnest(?) as each_quarter (quarter)",
            [quarters.split()],
        )
        for quarter in quarters.split():
            build.execute(
                "insert into comp.fct_csm_comp_statements values ('E1', $quarter, 'reference', "
                "200000, -0.02, 0.975, 0.82, 6250, 1, 0, $amount, $amount, 0, 0, $amount, 0, "
                "'usd', 'provisional', $hash)",
                {"quarter": quarter, "amount": amount, "hash": HASH},
            )
            build.execute(
                "insert into comp.fct_csm_comp_lines values ('E1', ?, 'a1', '2026-05-01', "
                "'expansion', 9000, 1, 9000, 'counted', null, 'usd', null)",
                [quarter],
            )
            build.execute(
                "insert into comp.fct_csm_comp_books values ('E1', ?, 'a1', 200000, 1, 200000, "
                "'counted')",
                [quarter],
            )
        build.execute(
            "insert into comp.fct_csm_comp_statements by name "
            "select 'E2' as csm_id, '2026Q2' as quarter, 'usd' as currency, 'held' as status, "
            "? as statement_hash",
            [sha256(("statement|2026Q2|E2||usd" + "|" * 13).encode()).hexdigest()],
        )


@pytest.fixture
def paid(settings, facts):
    """A home whose version of 30 September has pay data."""

    def make(run_id: str = RUNS[0], refusals: tuple[str, ...] = (), **changes):
        given = {"dbt_vars": {"fiscal_year_start_month": 1}, **changes}
        publish(settings, facts(run_id, **given), [], refusals)
        write_json(settings.last_run_file, {"outcome": "published", "run_id": run_id})
        return settings

    write_pay(settings)
    make()
    return make


def lock(settings, quarter: str):
    return close_published(settings, quarter)


def manifest(settings) -> dict:
    return json.loads((settings.published_dir / "manifest.json").read_text())


PAYABLE = "select quarter, payable_amount from comp.fct_csm_comp_statements order by all limit 1"


def test_pay_data_are_in_the_pay_file_alone_and_its_owner_s(paid, settings):
    settings = replace(settings, published_mode=0o755)
    paid(RUNS[1])
    version = settings.published_dir / "current"
    assert rows(version / "compensation.duckdb", PAYABLE) == [("2026Q1", Decimal("5125.00"))]
    assert stat.S_IMODE((version / "compensation.duckdb").stat().st_mode) == 0o600
    schemas = rows(version / "perennial.duckdb", "select distinct schema_name from duckdb_tables()")
    assert schemas == [("marts",)]
    names = [path.name for path in settings.published_dir.rglob("*")]
    assert not [name for name in names if "comp_" in name]
    told = (version / "manifest.json").read_text()
    assert "fct_csm_comp" not in told
    assert "5125" not in told


def test_refused_pay_data_hold_the_pay_file_alone(paid, settings):
    write_build(settings, {"a1": 10, "a2": 20, "a3": 30})
    write_pay(settings, amount=1)
    paid(RUNS[1], refusals=("test comp_x on comp_plan_curve: 1 row breaks it",))
    version = settings.published_dir / "current"
    assert rows(version / "perennial.duckdb", "select count(*) from marts.fct_accounts") == [(3,)]
    assert rows(version / "compensation.duckdb", PAYABLE) == [("2026Q1", Decimal("5125.00"))]
    assert stat.S_IMODE((version / "compensation.duckdb").stat().st_mode) == 0o600
    told = {"run_id": RUNS[0], "is_held": True}
    assert told.items() <= manifest(settings)["compensation"].items()
    # Held again: still that of the run which was good.
    paid(RUNS[2], refusals=("again",))
    assert manifest(settings)["compensation"]["run_id"] == RUNS[0]
    paid(RUNS[3])
    assert manifest(settings)["compensation"]["is_held"] is False
    assert rows(version / "compensation.duckdb", PAYABLE) == [("2026Q1", Decimal("1.00"))]


def test_refused_before_the_first_publish_there_is_an_empty_pay_file(settings, facts):
    write_pay(settings)
    publish(settings, facts(), [], ["no"])
    file = settings.published_dir / "compensation.duckdb"
    assert rows(file, "select count(*) from duckdb_tables()") == [(0,)]
    assert manifest(settings)["compensation"]["run_id"] is None


def test_a_quarter_is_locked_with_lines_book_and_plan(paid, settings):
    closing = lock(settings, "2026q2")
    assert closing.totals == {"usd": (1, Decimal("5125.00"))}
    assert closing.held == ["E2"]
    assert any("held" in line for line in describe_closing(closing))
    query = "select csm_id, status, statement_hash = $$HASH$$ from comp.locked_statements"
    found = sorted(rows(settings.history_file, query.replace("HASH", HASH)))
    assert found == [("E1", "locked", True), ("E2", "held", False)]
    for table in ("locked_lines", "locked_books", "locked_plan_terms"):
        query = f"select count(*), min(quarter) from comp.{table}"
        assert rows(settings.history_file, query) == [(1, "2026Q2")]
    ((quarter, run_id, fingerprint),) = rows(
        settings.history_file,
        "select quarter, locked_run_id, length(plan_fingerprint) from comp.quarter_locks",
    )
    assert (quarter, run_id, fingerprint) == ("2026Q2", RUNS[0], 64)
    # History was copied aside before: once for the publish, once for the closing.
    assert len(list((settings.home / "history_backups").iterdir())) == 2


def test_an_adjustment_that_no_statement_pays_is_told_at_the_closing(paid, settings):
    """E9 has left; E1, paid in usd, is due something in eur. E1's 7 usd stand on the statement."""
    with duckdb.connect(str(settings.build_file)) as build:
        for csm_id, currency in (("E9", "usd"), ("E1", "eur"), ("E1", "usd")):
            build.execute(
                "insert into comp.fct_csm_comp_lines by name select ? as csm_id, ? as currency, "
                "'2026Q3' as quarter, 'adjustment' as line_kind, '2026Q2' as adjusted_quarter, "
                "7.00 as adjustment_amount",
                [csm_id, currency],
            )
    paid(RUNS[1])
    assert lock(settings, "2026Q2").apart == []
    closing = lock(settings, "2026Q3")
    assert closing.apart == ["E1", "E9"]
    assert lock(settings, "2026Q3").apart == ["E1", "E9"]
    told = "\n".join(describe_closing(closing))
    assert "without a statement that pays it: E1, E9" in told
    assert "7.00" not in told


def test_locking_again_changes_nothing_and_says_so(paid, settings):
    lock(settings, "2026Q2")
    write_pay(settings, amount=1)
    paid(RUNS[1])
    before = settings.history_file.read_bytes()
    closing = lock(settings, "2026Q2")
    assert (closing.is_new, closing.totals["usd"]) == (False, (1, Decimal("5125.00")))
    assert "already" in next(iter(describe_closing(closing)))
    assert settings.history_file.read_bytes() == before


def refused(settings, quarter: str) -> str:
    history = settings.history_file.read_bytes()
    with pytest.raises(UserError) as error:
        lock(settings, quarter)
    assert settings.history_file.read_bytes() == history
    return str(error.value)


def test_what_cannot_be_closed_is_refused_with_the_reason(paid, settings, facts):
    assert "not over" in refused(settings, "2026Q4")
    assert "no statements of 2025Q4; there are of: 2026Q1" in refused(settings, "2025Q4")
    assert "is no quarter" in refused(settings, "2026Q5")
    lock(settings, "2026Q1")
    assert "close 2026Q2 first" in refused(settings, "2026Q3")


def test_a_quarter_before_a_closed_one_stays_open(paid, settings):
    lock(settings, "2026Q2")
    assert "2026Q2 is closed already, so 2026Q1 before it stays open" in refused(settings, "2026Q1")


def test_the_last_day_of_the_quarter_has_to_be_in_the_data(paid, settings, facts):
    paid(RUNS[1], as_of_date=facts().as_of_date.replace(day=29))
    assert "its last day is 2026-09-30, the data speak for 2026-09-29" in refused(
        settings, "2026Q3"
    )


def test_what_was_not_published_is_not_closed(paid, settings):
    write_json(settings.last_run_file, {"outcome": "blocked", "run_id": RUNS[1]})
    assert "not what the last refresh" in refused(settings, "2026Q3")
    paid(RUNS[2], refusals=("a curve with a gap",))
    assert "were refused" in refused(settings, "2026Q3")


def test_nothing_is_closed_while_a_refresh_runs(paid, settings):
    with refresh_lock(settings.lock_file), pytest.raises(AlreadyRunningError):
        lock(settings, "2026Q2")


def test_a_crash_while_locking_leaves_history_as_it_was(paid, settings, monkeypatch):
    monkeypatch.setattr("orchestration.compensation.closing._fingerprint", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        close(settings, "2026Q2", RUNS[4], utc_now())
    query = "select count(*) from duckdb_tables() where schema_name = 'comp'"
    assert rows(settings.history_file, query) == [(0,)]


def test_a_closed_quarter_can_be_verified(paid, settings):
    assert list(describe(verify(settings))) == ["no quarter is closed yet"]
    lock(settings, "2026Q2")
    (verdict,) = verify(settings, "2026Q2")
    assert (verdict.is_unchanged, verdict.statements, verdict.adjustments) == (True, 2, {})
    with pytest.raises(UserError, match="2026Q3 is not closed; closed: 2026Q2"):
        verify(settings, "2026Q3")


@pytest.mark.parametrize(
    "change",
    [
        "update comp.locked_statements set payable_amount = 5125.01 where csm_id = 'E1'",
        "update comp.locked_lines set credited_mrr = 9000.01",
        "update comp.locked_books set credit_share = 0.5",
        "delete from comp.locked_lines",
    ],
)
def test_any_change_of_locked_rows_is_found(paid, settings, change):
    lock(settings, "2026Q2")
    with duckdb.connect(str(settings.history_file)) as history:
        history.execute(change)
    (verdict,) = verify(settings)
    assert verdict.broken == ["E1"]
    assert any("CHANGED after the close: E1" in line for line in describe([verdict]))


def test_what_a_rebuild_would_pay_otherwise_is_told(paid, settings):
    lock(settings, "2026Q2")
    with duckdb.connect(str(settings.build_file)) as build:
        build.execute(
            "insert into comp.fct_csm_comp_lines by name select 'E1' as csm_id, "
            "'2026Q3' as quarter, 'adjustment' as line_kind, '2026Q2' as adjusted_quarter, "
            "'usd' as currency, -1125 as adjustment_amount"
        )
    paid(RUNS[1])
    (verdict,) = verify(settings)
    assert verdict.is_unchanged
    assert verdict.adjustments == {("2026Q3", "usd"): (1, Decimal("-1125.00"))}
    assert any("-1,125.00 usd in 2026Q3" in line for line in describe([verdict]))


def test_quarters_are_read_as_people_write_them():
    assert [parse_quarter(text) for text in ("2026Q3", " 2026-q3 ", "2026 Q3")] == ["2026Q3"] * 3


@pytest.mark.parametrize(
    ("quarter", "start_month", "end"),
    [
        ("2026Q3", 1, "2026-10-01"),
        ("2026Q4", 1, "2027-01-01"),
        # A year from February 2026 on is 2027: its first quarter ends with April.
        ("2027Q1", 2, "2026-05-01"),
        ("2027Q4", 2, "2027-02-01"),
    ],
)
def test_the_end_of_a_fiscal_quarter(quarter, start_month, end):
    assert end_of_quarter(quarter, start_month).isoformat() == end
