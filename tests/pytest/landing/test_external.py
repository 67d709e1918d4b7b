"""Raw tables that a connector fills: looked at, never written."""

import hashlib
import subprocess
import sys

import duckdb
import pytest

from orchestration.landing import LandingError, Verdict, profile_arrivals, stage_arrivals

TABLES = [
    "create schema shop",
    "create table shop.customer as select 'c1' as id, 5 as seats, "
    "timestamptz '2026-03-05 23:30:00+00' as _fivetran_synced",
    "create table shop.\"PRICE\" as select 'p1' as \"ID\", 'many' as amount, "
    "'2026-03-04T10:00:00Z' as _fivetran_synced union all select 'p2', '1.0', '9999-12-31'",
]


def connector(shop, *more, tables=TABLES):
    shop.external = shop.root / "connector.duckdb"
    with duckdb.connect(str(shop.external)) as connection:
        for statement in [*tables, *more]:
            connection.execute(statement)


def test_tables_are_observed_and_nothing_is_written(shop):
    connector(shop)
    before = hashlib.sha256(shop.external.read_bytes()).hexdigest()
    report = shop.run()
    assert report.reasons == []
    assert report.raw_is_external
    assert str(report.as_of_date) == "2026-03-05"
    assert shop.given(
        "select load_id, rows_in, rows_unreadable, synced_to::varchar, outcome, is_new "
        "from run.run.loads order by 1"
    ) == [
        ("observed:shop.customer", 1, 0, "2026-03-05 23:30:00", "accepted", True),
        ("observed:shop.price", 2, 0, "2026-03-04 10:00:00", "accepted", True),
    ]
    assert shop.given("select distinct batch_name, load_kind from run.run.loads") == [
        ("observed", "observed")
    ]
    assert shop.given("select raw_is_external from run.run.runs") == [(True,)]
    assert hashlib.sha256(shop.external.read_bytes()).hexdigest() == before
    assert not (shop.settings.home / "raw.duckdb").exists()


def test_a_profile_counts_in_the_connectors_tables(shop):
    connector(shop)
    arrivals = stage_arrivals(shop.settings, shop.contract)
    found = {
        one.source_table: one for one in profile_arrivals(shop.settings, shop.contract, arrivals)
    }
    price = found["shop.price"]
    assert price.uncastable == {"amount": 1}
    assert price.columns == ("id", "amount", "_fivetran_synced")
    assert price.is_external
    assert price.lands_whole
    assert price.rows == 2
    assert price.previous_rows is None


def test_what_changed_since_the_last_run_is_news_for_the_ledger(shop):
    connector(shop)
    shop.run()
    shop.run()
    assert shop.given("select bool_or(is_new) from run.run.loads") == [(False,)]
    with duckdb.connect(str(shop.external)) as connection:
        connection.execute("insert into shop.customer values ('c2', 1, '2026-03-06 00:00:00+00')")
    shop.run()
    assert shop.given("select source_table from run.run.loads where is_new") == [("shop.customer",)]
    arrivals = stage_arrivals(shop.settings, shop.contract)
    found = profile_arrivals(shop.settings, shop.contract, arrivals)
    assert [(one.previous_rows, one.accepted_rows) for one in found] == [(2, (2, 1)), (2, (2,))]


def test_views_count_as_tables(shop):
    connector(
        shop,
        "create view shop.coupon as select id, 'x' as extra from shop.customer",
        "create schema billing",
        "create view billing.gone as select 1 as id",
    )
    report = shop.run()
    assert report.reasons == []
    assert any("extra" in text for text in report.warnings)
    assert shop.given("select rows_in from run.run.loads where source_table = 'shop.coupon'") == [
        (1,)
    ]


def test_a_missing_required_table_or_column_blocks(shop):
    connector(shop, "drop table shop.price")
    report = shop.run()
    assert "shop.price or shop.plan is missing" in report.reasons[0]
    assert "connector.duckdb" in report.reasons[0]
    connector(
        shop,
        "create table shop.plan as select 'p1' as plan_id",
        tables=[],
    )
    report = shop.run()
    assert report.is_blocked
    assert "required column id" in report.reasons[0]


def test_a_required_table_that_is_gone_blocks(shop):
    connector(shop, "create schema billing", "create table billing.periods as select 'b' as id")
    shop.run()
    connector(shop, "drop table billing.periods", tables=[])
    report = shop.run()
    assert [one.source_table for one in report.rejections] == ["billing.periods"]


def test_a_rejected_optional_table_is_switched_off(shop):
    connector(shop, "create table shop.coupon as select 'k1' as id")
    report = shop.run(Verdict("shop.coupon", "rejected", "stale", "Stale."))
    assert report.reasons == []
    assert report.disabled_sources == ["shop.coupon"]
    assert report.stale_tables == ["shop.coupon"]
    assert shop.given("select outcome from run.run.loads where source_table = 'shop.coupon'") == [
        ("rejected",)
    ]


def test_an_optional_table_that_is_gone_is_off_and_said_so(shop):
    connector(shop, "create table shop.coupon as select 'k1' as id")
    shop.run()
    connector(shop, "drop table shop.coupon", tables=[])
    report = shop.run()
    assert report.reasons == []
    assert any("shop.coupon is no longer in" in text for text in report.warnings)


def test_a_view_that_does_not_work_is_named(shop):
    connector(
        shop,
        "create table shop.base as select 'k1' as id",
        "create view shop.coupon as select id from shop.base",
        "drop table shop.base",
    )
    report = shop.run()
    assert [(one.source_table, one.rule) for one in report.rejections] == [
        ("shop.coupon", "unreadable_table")
    ]
    assert report.disabled_sources == ["shop.coupon"]


def test_a_path_that_is_not_there_or_no_database_is_an_error_of_the_setting(shop):
    shop.external = shop.root / "nowhere.duckdb"
    with pytest.raises(LandingError, match=r"PERENNIAL_RAW .*nowhere\.duckdb does not exist"):
        shop.run()
    shop.external.write_text("no database at all" * 100)
    with pytest.raises(LandingError, match="is not a DuckDB file"):
        shop.run()


def test_a_file_that_a_load_holds_open_is_said_so(shop):
    connector(shop)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, time; c = duckdb.connect({str(shop.external)!r}); "
            "print('open', flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        with pytest.raises(LandingError, match=r"connector\.duckdb is open in another process"):
            shop.run()
    finally:
        holder.kill()
        holder.wait()


def test_reference_files_of_the_landing_hold_here_too(shop):
    connector(shop)
    shop.land("reference/internal.csv", "account_id\na1\n")
    assert shop.run().reasons == []
    assert shop.given("select * from run.reference.internal") == [("a1",)]


def test_the_demo_beside_the_project_does_not_mix_in(shop):
    connector(shop)
    demo = shop.root / "project" / "seeds" / "raw" / "reference"
    demo.mkdir(parents=True)
    (demo / "internal.csv").write_text("account_id\na1\n")
    shop.landing = demo.parent
    assert shop.run().reasons == []
    assert shop.given("select count(*) from run.run.reference_loads") == [(0,)]
