"""What a run finds in raw.duckdb: whole tables replace, batches are logged once."""

import os
import signal
import subprocess
import sys
import textwrap

import duckdb
import pytest

LATER = "2026-04-01 00:00:00"


def batch(shop, name, *ids, table="coupon", synced="2026-03-05 00:00:00"):
    rows = "".join(f"{one},{synced}\n" for one in ids)
    shop.land(f"shop/{table}/{name}", f"id,_fivetran_synced\n{rows}")


def ids(shop, table="coupon"):
    return [row[0] for row in shop.raw(f"select id from shop.{table} order by id")]


def outcomes(shop, table):
    return shop.given(
        "select batch_name, load_kind, rows_in, outcome, is_new from run.run.loads "
        f"where source_table = 'shop.{table}' order by batch_name, outcome"
    )


def test_a_whole_table_is_loaded_typed_and_listed(shop):
    shop.land_required()
    report = shop.run()
    assert report.reasons == []
    assert shop.raw("select id, seats from shop.customer") == [("c1", 5)]
    assert outcomes(shop, "customer") == [("whole", "whole", 1, "accepted", True)]
    load_id, in_ledger = shop.given(
        "select load_id, synced_to::varchar from run.run.loads where source_table = 'shop.customer'"
    )[0]
    assert in_ledger == "2026-03-05 10:00:00"
    assert len(load_id) == 12
    assert shop.raw("select distinct _perennial_load_id from shop.customer") == [(load_id,)]
    assert shop.given("select run_id, as_of_date::varchar, raw_is_external from run.run.runs") == [
        (report.run_id, "2026-03-05", False)
    ]


def test_an_unchanged_whole_file_is_not_loaded_again(shop):
    shop.land_required()
    shop.run()
    before = shop.raw("select * from _perennial.loads order by load_id")
    shop.run()
    assert shop.raw("select * from _perennial.loads order by load_id") == before
    assert outcomes(shop, "customer") == [("whole", "whole", 1, "accepted", False)]


def test_a_new_whole_file_replaces_the_table_and_its_columns(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,nickname\nk1,x\n")
    shop.run()
    shop.land("shop/coupon.csv", "id,percent_off\nk2,5\nk3,6\n")
    shop.run()
    assert ids(shop) == ["k2", "k3"]
    assert "nickname" not in shop.types("shop.coupon")
    assert outcomes(shop, "coupon") == [("whole", "whole", 2, "accepted", True)]
    shop.run()
    leftovers = "select count(*) from duckdb_tables() where table_name like '%previous%'"
    assert shop.raw(leftovers) == [(0,)]


def test_an_older_file_that_lands_again_is_news_for_the_ledger(shop):
    shop.land_required()
    for one in ("k1", "k2", "k1"):
        shop.land("shop/coupon.csv", f"id\n{one}\n")
        shop.run()
        assert ids(shop) == [one]
        assert outcomes(shop, "coupon")[0][4] is True


def test_batches_are_appended_each_once(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1", "k2")
    shop.run()
    batch(shop, "b.csv", "k2", "k3")
    report = shop.run()
    assert ids(shop) == ["k1", "k2", "k2", "k3"]
    assert outcomes(shop, "coupon") == [
        ("a.csv", "batch", 2, "accepted", False),
        ("b.csv", "batch", 2, "accepted", True),
    ]
    assert report.warnings == []


def test_published_batches_need_not_stay_in_the_landing(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    shop.run()
    shop.unland("shop/coupon/a.csv")
    batch(shop, "b.csv", "k2")
    report = shop.run()
    assert ids(shop) == ["k1", "k2"]
    assert report.warnings == []
    assert report.stale_tables == []


def test_the_order_of_batches_does_not_matter_to_what_lies_in_raw(shop):
    shop.land_required()
    batch(shop, "b.csv", "k2")
    shop.run()
    batch(shop, "a.csv", "k1")
    shop.run()
    assert ids(shop) == ["k1", "k2"]


def test_a_known_batch_name_with_new_content_is_a_new_batch_and_a_warning(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    shop.run()
    batch(shop, "a.csv", "k9")
    report = shop.run()
    assert ids(shop) == ["k1", "k9"]
    assert [text for text in report.warnings if "a.csv was loaded before with other" in text]
    assert len(outcomes(shop, "coupon")) == 2
    assert shop.run().warnings == []


def test_batches_with_columns_of_their_own_are_joined_by_name(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", "id,percent_off\nk1,5\n")
    shop.land("shop/coupon/b.csv", "extra,ID\nx,k2\n")
    shop.run()
    found = shop.raw("select id, percent_off, extra from shop.coupon order by id")
    assert found == [("k1", 5.0, None), ("k2", None, "x")]


def test_a_batch_that_does_not_cast_makes_the_column_text_for_all(shop):
    shop.land_required()
    shop.land("shop/coupon/a.csv", "id,percent_off,start\nk1,5,2026-01-02\n")
    shop.run()
    shop.land("shop/coupon/b.csv", "id,percent_off,start\nk2,much,2026-01-03\n")
    shop.run(publish=False)
    assert shop.types("shop.coupon")["percent_off"] == "VARCHAR"
    assert shop.types("shop.coupon")["start"] == "DATE"
    assert shop.raw("select percent_off from shop.coupon order by id") == [("5.0",), ("much",)]
    shop.unland("shop/coupon/b.csv")
    shop.run()
    assert shop.types("shop.coupon")["percent_off"] == "DOUBLE"
    assert shop.raw("select percent_off from shop.coupon") == [(5.0,)]


def test_what_a_run_loaded_counts_only_once_that_run_has_published(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    shop.run()
    batch(shop, "b.csv", "k2")
    shop.run(publish=False)
    assert ids(shop) == ["k1", "k2"]
    report = shop.run()
    assert ids(shop) == ["k1", "k2"]
    assert outcomes(shop, "coupon")[1] == ("b.csv", "batch", 1, "accepted", True)
    assert any("did not publish" in text and "shop.coupon" in text for text in report.warnings)
    assert shop.run().warnings == []


def test_an_unpublished_batch_that_is_withdrawn_leaves_no_rows(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    shop.run()
    batch(shop, "b.csv", "k2")
    shop.run(publish=False)
    shop.unland("shop/coupon/b.csv")
    shop.run()
    assert ids(shop) == ["k1"]
    assert outcomes(shop, "coupon") == [("a.csv", "batch", 1, "accepted", False)]


def test_an_unpublished_whole_load_gives_way_to_the_published_one(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,nickname\nk1,x\n")
    shop.run()
    for attempt in ("k2", "k3"):
        shop.land("shop/coupon.csv", f"id\n{attempt}\n")
        shop.run(publish=False)
        assert ids(shop) == [attempt]
    shop.unland("shop/coupon.csv")
    report = shop.run()
    assert shop.raw("select id, nickname from shop.coupon") == [("k1", "x")]
    assert outcomes(shop, "coupon") == [("whole", "whole", 1, "accepted", False)]
    assert report.stale_tables == ["shop.coupon"]


def test_nothing_stays_of_a_first_run_that_did_not_publish(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id\nk1\n")
    shop.run(publish=False)
    shop.unland("shop/coupon.csv")
    report = shop.run()
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]
    assert outcomes(shop, "coupon") == []
    assert report.stale_tables == []


def test_batches_after_a_whole_load_are_added_to_it_and_a_whole_load_replaces_all(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,_fivetran_synced\nk1,\n")
    shop.run()
    shop.unland("shop/coupon.csv")
    batch(shop, "a.csv", "k2")
    shop.run()
    assert ids(shop) == ["k1", "k2"]
    shop.unland("shop/coupon/a.csv")
    (shop.root / "landing/shop/coupon").rmdir()
    shop.land("shop/coupon.csv", "id,_fivetran_synced\nk3,\n")
    shop.run(publish=False)
    assert ids(shop) == ["k3"]
    shop.unland("shop/coupon.csv")
    shop.run()
    assert ids(shop) == ["k1", "k2"]


def test_without_raw_the_whole_landing_is_loaded_again(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    batch(shop, "b.csv", "k2")
    shop.run()
    (shop.settings.home / "raw.duckdb").unlink()
    shop.unland("shop/coupon/a.csv")
    report = shop.run()
    assert ids(shop) == ["k2"]
    assert ids(shop, "customer") == ["c1"]
    assert outcomes(shop, "coupon") == [("b.csv", "batch", 1, "accepted", False)]
    assert any("1 batches that were loaded before" in text for text in report.warnings)


def test_a_source_lost_with_raw_is_told(shop):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    shop.run()
    (shop.settings.home / "raw.duckdb").unlink()
    shop.unland("shop/coupon/a.csv")
    report = shop.run()
    assert not report.is_blocked
    assert any("shop.coupon was loaded before, but lies neither" in t for t in report.warnings)


def test_a_header_alone_is_an_empty_load(shop):
    shop.land_required()
    shop.land("shop/coupon.csv", "id,percent_off\n")
    batch(shop, "a.csv", table="plan")
    report = shop.run()
    assert report.rejections == []
    assert outcomes(shop, "coupon") == [("whole", "whole", 0, "accepted", True)]
    assert outcomes(shop, "plan") == [("a.csv", "batch", 0, "accepted", True)]
    assert shop.raw("select count(*) from shop.coupon") == [(0,)]


@pytest.mark.parametrize("moment", ["store.write_rows", "decide.put_in_force", "decide._write_run"])
def test_a_kill_in_the_middle_leaves_nothing_that_the_next_run_does_not_repair(shop, moment):
    shop.land_required()
    batch(shop, "a.csv", "k1")
    shop.run()
    shop.land("shop/customer.csv", f"id,seats,_fivetran_synced\nc2,7,{LATER}\n")
    batch(shop, "b.csv", "k2")
    module, name = moment.split(".")
    script = f"""
        import os, signal
        from pathlib import Path
        from orchestration.contract import load_contract
        from orchestration.landing import promote, stage_arrivals
        import orchestration.landing.{module} as module, orchestration.landing.read as read
        from orchestration.settings import Settings
        root = Path({str(shop.root)!r})
        settings = Settings(root / "project", root / "home", root / "landing")
        contract = load_contract(settings.project_dir)
        arrivals = stage_arrivals(settings, contract) if "{module}" == "decide" else None
        whole = getattr(module, "{name}")
        def die(*arguments):
            if "{name}" != "_write_run":
                whole(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(module, "{name}", die)
        read.write_rows = getattr(module, "write_rows", read.write_rows)
        arrivals = arrivals or stage_arrivals(settings, contract)
        promote(settings, contract, arrivals, {{}})
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    report = shop.run()
    assert not report.is_blocked
    assert ids(shop, "customer") == ["c2"]
    assert ids(shop) == ["k1", "k2"]
    waiting = "select count(*) from duckdb_tables() where table_name like '%incoming%'"
    assert shop.raw(waiting) == [(0,)]
    assert shop.given("select count(*) from run.run.loads where outcome = 'accepted'") == [(4,)]


def test_parquet_and_csv_of_one_table_are_ambiguous(shop):
    shop.land_required()
    shop.land_parquet("shop/customer.parquet", "select 'c1' as id")
    report = shop.run()
    assert report.is_blocked
    assert "customer.csv, customer.parquet" in report.reasons[0]
    assert "approve" not in report.reasons[0]


def test_a_file_under_way_is_refused(shop, monkeypatch):
    from orchestration.landing import read

    shop.land_required()
    coupon = shop.land("shop/coupon.csv", "id\nk1\n")
    whole = read._load

    def while_somebody_writes(*arguments):
        with coupon.open("a") as file:
            file.write("k2\n")
        return whole(*arguments)

    monkeypatch.setattr(
        read,
        "_load",
        lambda *args: while_somebody_writes(*args) if "coupon" in str(args) else whole(*args),
    )
    report = shop.run()
    assert [(item.source_table, item.rule) for item in report.rejections] == [
        ("shop.coupon", "file_changed")
    ]
    assert not report.is_blocked
    assert shop.raw("select count(*) from duckdb_tables() where table_name = 'coupon'") == [(0,)]


def test_all_state_is_private(shop):
    shop.land_required()
    shop.run()
    for path in [shop.settings.home, *shop.settings.home.iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert not (shop.settings.home / ".accept").exists()


def test_a_locked_raw_file_is_said_so(shop):
    from orchestration.landing import LandingError

    shop.land_required()
    shop.run()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, time; c = duckdb.connect({str(shop.settings.home / 'raw.duckdb')!r}); "
            "print('open', flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        with pytest.raises(LandingError, match=r"raw\.duckdb is open in another process"):
            shop.run()
    finally:
        holder.kill()
        holder.wait()


def test_a_damaged_run_file_is_made_anew_a_damaged_raw_file_is_named(shop):
    from orchestration.landing import LandingError

    shop.land_required()
    shop.run()
    shop.settings.run_file.write_bytes(b"no database" * 1000)
    assert not shop.run().is_blocked
    (shop.settings.home / "raw.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(LandingError, match=r"raw\.duckdb is not a DuckDB file"):
        shop.run()


def test_the_files_can_be_attached_before_anything_was_loaded(shop):
    from orchestration.landing import prepare

    prepare(shop.settings, shop.contract)
    with duckdb.connect() as connection:
        for name in ("raw", "run", "history"):
            path = shop.settings.home / f"{name}.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        schemas = connection.execute(
            "select database_name || '.' || schema_name from duckdb_schemas() order by 1"
        ).fetchall()
        found = {row[0] for row in schemas}
    assert {"raw.shop", "raw.billing", "run.run", "run.reference", "history.memory"} <= found
