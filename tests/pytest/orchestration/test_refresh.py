"""The whole way of a refresh on a toy project: outcomes, records, crashes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time

import duckdb
import pytest

from orchestration.publish.links import current_version

pytestmark = pytest.mark.slow


def marts(toy, query: str) -> list[tuple]:
    path = toy.settings.published_dir / "perennial.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def history(toy) -> list[tuple]:
    with duckdb.connect(str(toy.settings.history_file), read_only=True) as connection:
        found = []
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() order by 1"
        ).fetchall():
            found.append(
                (table, connection.execute(f"from memory.{table} order by all").fetchall())
            )
    return found


@pytest.fixture
def published(toy):
    """A toy project that has published once."""
    done = toy.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    return toy


def test_a_refresh_publishes_and_tells_what_it_did(toy):
    toy.land_accounts()
    done = toy.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    stages = ["start", "accept", "arrival checks", "load", "build", "tests", "publish gate"]
    lines = done.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines[: len(stages)]] == stages
    assert "MRR in February 2026" in done.stdout
    assert "35.00" in done.stdout or "25.00" in done.stdout
    record = toy.last_run
    assert lines[-1] == f"outcome: published (run {record['run_id']})"
    assert record["outcome"] == "published"
    assert record["published_run_id"] == record["run_id"] == current_version(toy.settings)
    assert record["reasons"] == []
    assert {"accept", "arrival_checks", "build", "tests", "publish_gate", "publish"} <= set(
        record["seconds"]
    )
    assert record["peak_memory_mb"] > 0
    assert record["dbt_seconds"]["models"] > 0
    assert done.stderr == ""


def test_every_check_stands_in_the_published_version(published):
    found = dict(
        marts(published, "select check_kind, count(*) from marts.fct_quality_results group by 1")
    )
    assert set(found) == {"dbt_test", "arrival_expectation", "publish_expectation"}
    assert marts(published, "select count(*) from marts.dim_refreshes") == [(1,)]
    quality = published.settings.run_quality_dir(published.last_run["run_id"])
    assert (quality / "docs" / "index.html").exists()
    assert (quality / "checks.json").exists()
    assert (quality / "dbt.log").exists()


def test_a_second_refresh_of_the_same_landing_has_the_same_hashes(published):
    before = (published.settings.published_dir / "manifest.json").read_text()
    assert published.run("refresh", "--full-refresh").returncode == 0
    from json import loads

    after = (published.settings.published_dir / "manifest.json").read_text()
    assert loads(before)["run_id"] != loads(after)["run_id"]
    assert loads(before)["content_hashes"] == loads(after)["content_hashes"]
    assert marts(published, "select count(*) from marts.dim_refreshes") == [(2,)]


def test_a_missing_required_column_blocks_and_is_named(published):
    before = history(published)
    version = current_version(published.settings)
    published.land(["si_1,1000"], columns="id,amount")
    done = published.run("refresh")
    assert done.returncode == 2
    assert "stripe.subscription_item: column quantity is missing" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("outcome: blocked (run ")
    record = published.last_run
    assert record["outcome"] == "blocked"
    assert record["published_run_id"] == version == current_version(published.settings)
    assert any("quantity" in reason for reason in record["reasons"])
    assert history(published) == before


def test_a_failed_test_blocks_and_says_which_and_how_many_rows(published):
    before = history(published)
    published.land(["si_1,1,-500", "si_2,1,-100"])
    done = published.run("refresh")
    assert done.returncode == 2
    assert published.last_run["outcome"] == "blocked"
    assert "test assert_movements_reach_the_months on " in done.stdout
    assert "breaks it" in done.stdout
    assert history(published) == before
    assert marts(published, "select sum(mrr_change) > 0 from marts.fct_mrr_movements") == [(True,)]
    assert (published.settings.run_quality_dir(published.last_run["run_id"]) / "docs").exists()
    published.land()
    assert published.run("refresh").returncode == 0


def test_a_test_that_only_warns_is_told_and_published(toy):
    toy.land(["si_1,1,1000", "si_2,2,"])
    done = toy.run("refresh")
    assert done.returncode == 0, done.stdout
    assert any("not_null_fct_mrr_movements_mrr_change" in item for item in toy.last_run["warnings"])


def test_a_model_that_does_not_compile_is_an_error_not_a_matter_of_the_data(published):
    published.edit("models/marts/rpt_mrr_monthly.sql", lambda sql: sql.replace("mrr_change", "mr"))
    done = published.run("refresh")
    assert done.returncode == 1
    assert "model rpt_mrr_monthly could not be built" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert published.last_run["outcome"] == "error"


def test_a_project_that_does_not_parse_is_an_error(toy):
    toy.edit("models/marts/rpt_mrr_monthly.sql", lambda sql: sql.replace("ref('fct", "ref('xx"))
    done = toy.run("refresh")
    assert done.returncode == 1
    assert "xx_mrr_movements" in done.stdout
    assert toy.last_run["outcome"] == "error"
    assert "Traceback" not in done.stdout + done.stderr


def test_vars_reach_the_models_and_stand_in_the_manifest(toy):
    done = toy.run("refresh", "--vars", "{rows_of_a_slow_model: 5}", PERENNIAL_AS_OF="2026-02-16")
    assert done.returncode == 0, done.stdout
    manifest = (toy.settings.published_dir / "manifest.json").read_text()
    assert '"rows_of_a_slow_model": 5' in manifest
    assert '"as_of_date": "2026-02-16"' in manifest


def test_a_stale_optional_source_is_refused_and_the_rest_is_published(published):
    published.land_accounts("2026-01-15 10:00:00")
    done = published.run("refresh")
    assert done.returncode == 0, done.stdout
    assert "Refused, the last accepted load stays" in done.stdout
    assert "31 days before 2026-02-15" in done.stdout


def start(toy, *words: str) -> subprocess.Popen[str]:
    """A refresh that is still building when this returns."""
    process = subprocess.Popen(
        toy.command("refresh", "--vars", "{rows_of_a_slow_model: 100000000000}", *words),
        env=toy.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seen = ""
    while "build" not in seen:
        character = process.stdout.read(1)
        assert character, seen
        seen += character
    time.sleep(1.5)
    return process


def test_a_killed_refresh_leaves_readers_alone_and_the_next_one_repairs_the_rest(published):
    version = current_version(published.settings)
    before = history(published)
    published.land(["si_1,1,1000", "si_2,2,2500", "si_3,3,4000"])
    process = start(published)
    process.send_signal(signal.SIGKILL)
    process.wait()
    record = published.last_run
    assert record["outcome"] == "error"
    assert "ended from outside" in record["reasons"][0]
    assert current_version(published.settings) == version
    assert marts(published, "select count(*) from marts.fct_mrr_movements") == [(2,)]
    assert history(published) == before
    done = published.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert marts(published, "select count(*) from marts.fct_mrr_movements") == [(3,)]


def test_a_second_refresh_at_once_is_turned_away_and_disturbs_nothing(published):
    process = start(published)
    try:
        record = published.last_run
        done = published.run("refresh")
        assert done.returncode == 1
        assert f"process {process.pid}" in done.stderr
        assert "try again" in done.stderr
        assert published.last_run == record
        assert process.poll() is None
        assert published.run("rollback").returncode == 1
    finally:
        process.kill()
        process.wait()


def test_an_interrupted_refresh_says_so(published):
    process = start(published)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Traceback" not in output
    assert published.last_run["reasons"] == ["interrupted"]


def test_a_damaged_build_is_built_anew(published):
    published.settings.build_file.write_bytes(b"no duckdb file" * 100)
    done = published.run("refresh")
    assert done.returncode == 0, done.stdout


def test_a_build_that_is_open_elsewhere_is_an_error_that_says_what_to_do(published):
    code = (
        "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); "
        "print('open', flush=True); time.sleep(99)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(published.settings.build_file)], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout.readline() == b"open\n"
        done = published.run("refresh")
    finally:
        holder.kill()
        holder.wait()
    assert done.returncode == 1
    assert "build.duckdb is open in another process; close it and try again" in done.stdout


def test_rolling_back_and_status_work_from_the_command_line(published):
    first = current_version(published.settings)
    assert published.run("refresh").returncode == 0
    done = published.run("rollback")
    assert done.returncode == 0
    assert f"to {first}" in done.stdout
    status = published.run("status")
    assert f"* {first}" in status.stdout
    assert published.run("rollback").returncode == 1


def test_a_refused_load_comes_in_once_somebody_approves_it(published):
    published.land_accounts("2026-01-15 10:00:00")
    refused = published.run("refresh").stdout
    assert published.last_run["outcome"] == "published"
    load = re.search(r"perennial approve (\w+)", refused).group(1)
    assert published.run("approve", load, "--by", "Ada", "--why", "quiet month").returncode == 0
    done = published.run("refresh")
    assert done.returncode == 0, done.stdout
    assert "approved by Ada: quiet month" in done.stdout
    query = "select load_outcome from marts.fct_load_results where load_id = ?"
    path = published.settings.published_dir / "perennial.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute(query, [load]).fetchall() == [("accepted",)]


def test_what_goes_wrong_between_the_stages_has_a_reason_too(published, monkeypatch):
    def fail(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("orchestration.defs.landing._loads", fail)
    done = published.run("refresh")
    assert done.returncode == 1
    assert "Dagster stopped after accept: " in done.stdout
    assert "RuntimeError: a bug" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
