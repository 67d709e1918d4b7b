"""A version is whole before it has its name, and says what it holds."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import duckdb
import pytest
from finished_build import rows, write_build

from orchestration.publish import versions
from orchestration.publish.links import current_version, roll_back, switch_to
from orchestration.publish.publisher import clear_leftovers, publish
from orchestration.publish.versions import QualityRow

CHECK = QualityRow("unique", "dbt_test", "fct_accounts", "passed", "error", "0 rows")


@pytest.fixture
def version(settings, facts):
    publish(settings, facts(), [CHECK])
    return settings.published_dir / "current"


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_marts_stand_in_the_schema_of_their_name(version):
    assert rows(version / "perennial.duckdb", "select count(*) from marts.fct_accounts") == [(2,)]
    tables = rows(version / "perennial.duckdb", "select distinct schema_name from duckdb_tables()")
    assert tables == [("marts",)]


def test_descriptions_are_carried_over(version):
    query = "select comment from duckdb_tables() where table_name = 'fct_accounts'"
    assert rows(version / "perennial.duckdb", query) == [("One row per account; it's small.",)]
    query = "select comment from duckdb_columns() where column_name = 'mrr'"
    assert rows(version / "perennial.duckdb", query) == [("MRR in USD.",)]


def test_every_mart_has_a_parquet_file_with_the_same_rows(version):
    with duckdb.connect() as connection:
        folder = version / "parquet"
        assert len(list(folder.iterdir())) == 3
        found = connection.execute(
            f"select count(*) from '{folder / 'fct_quality_results.parquet'}'"
        ).fetchall()
    assert found == [(1,)]


def test_the_manifest_says_what_the_version_is(version):
    manifest = json.loads((version / "manifest.json").read_text())
    assert manifest["run_id"] == "20260930T101500Z-aaaaaa"
    assert manifest["as_of_date"] == "2026-09-30"
    assert manifest["data_through"] == {"salesforce": "2026-08-01", "stripe": "2026-09-30"}
    assert manifest["stale_sources"] == ["salesforce"]
    assert manifest["row_counts"]["fct_accounts"] == 2
    assert set(manifest["content_hashes"]) == set(manifest["row_counts"])
    assert manifest["vars"] == {"as_of_date": "2026-09-30"}
    assert "duckdb" in manifest["versions"]


def test_publish_adds_the_row_of_the_run_and_its_checks(version):
    query = "select run_id, as_of_date::varchar, stale_sources from marts.dim_refreshes"
    assert rows(version / "perennial.duckdb", query) == [
        ("20260930T101500Z-aaaaaa", "2026-09-30", "salesforce")
    ]
    query = "select check_name, check_kind, subject, outcome from marts.fct_quality_results"
    assert rows(version / "perennial.duckdb", query) == [
        ("unique", "dbt_test", "fct_accounts", "passed")
    ]


def test_pay_data_have_a_file_of_their_own_that_only_the_owner_reads(settings, facts):
    with duckdb.connect(str(settings.build_file)) as build:
        build.execute("create schema comp; create table comp.fct_csm_comp_lines as select 1 as x")
    publish(replace(settings, published_mode=0o755), facts(), [])
    current = settings.published_dir / "current"
    assert mode(current / "compensation.duckdb") == 0o600
    assert rows(current / "compensation.duckdb", "from comp.fct_csm_comp_lines") == [(1,)]
    assert not (current / "parquet" / "fct_csm_comp_lines.parquet").exists()


def test_nothing_is_open_to_others_unless_a_setting_says_so(version):
    for path in [version, *version.rglob("*")]:
        assert mode(path) & 0o077 == 0, path


def test_a_setting_opens_what_is_published(settings, facts):
    publish(replace(settings, published_mode=0o755), facts(), [])
    current = settings.published_dir / "current"
    assert mode(current) == mode(current / "parquet") == mode(settings.published_dir) == 0o755
    assert mode(current / "perennial.duckdb") == 0o644
    assert mode(settings.home) & 0o077 == 0o011  # others pass through, they do not list


def test_the_same_build_has_the_same_hashes_in_every_run(settings, facts):
    one = publish(settings, facts(), [CHECK]).manifest["content_hashes"]
    two = publish(settings, facts("20261001T000000Z-bbbbbb"), [CHECK]).manifest["content_hashes"]
    assert one == two
    write_build(settings, {"a1": 11, "a2": 20})
    three = publish(settings, facts("20261002T000000Z-cccccc"), [CHECK]).manifest
    assert three["content_hashes"]["fct_accounts"] != one["fct_accounts"]
    assert three["content_hashes"]["dim_refreshes"] == one["dim_refreshes"]


def test_the_last_versions_stay(settings, facts):
    for number in range(5):
        publish(settings, facts(f"2026093{number}T000000Z-aaaaaa"), [])
    assert [run_id[:8] for run_id in versions.list_versions(settings)] == [
        "20260932",
        "20260933",
        "20260934",
    ]


def test_the_current_version_stays_however_old_it_is(settings, facts):
    for number in range(3):
        publish(settings, facts(f"2026093{number}T000000Z-aaaaaa"), [])
    roll_back(settings)
    roll_back(settings)
    current = current_version(settings)
    assert versions.prune(replace(settings, keep_versions=1), current)
    assert current in versions.list_versions(settings)


def test_what_a_killed_publish_left_is_removed_and_readers_notice_nothing(settings, facts):
    publish(settings, facts(), [])
    folder = versions.versions_dir(settings)
    (folder / ".20261001T000000Z-bbbbbb").mkdir()
    half = folder / "20261002T000000Z-cccccc"
    half.mkdir()
    (half / "perennial.duckdb").write_text("half")
    clear_leftovers(settings)
    assert [path.name for path in folder.iterdir()] == ["20260930T101500Z-aaaaaa"]
    assert current_version(settings) == "20260930T101500Z-aaaaaa"


def test_a_publish_that_fails_leaves_the_last_version_in_place(settings, facts, monkeypatch):
    publish(settings, facts(), [])

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(versions, "_export_parquet", fail)
    with pytest.raises(OSError, match="no space"):
        publish(settings, facts("20261001T000000Z-bbbbbb"), [])
    assert current_version(settings) == "20260930T101500Z-aaaaaa"
    clear_leftovers(settings)
    assert versions.list_versions(settings) == ["20260930T101500Z-aaaaaa"]


def test_a_switch_to_a_version_needs_no_fixed_link_anew(settings, facts, version):
    inode = (settings.published_dir / "perennial.duckdb").lstat().st_ino
    publish(settings, facts("20261001T000000Z-bbbbbb"), [])
    assert (settings.published_dir / "perennial.duckdb").lstat().st_ino == inode
    switch_to(settings, "20260930T101500Z-aaaaaa")
    assert current_version(settings) == "20260930T101500Z-aaaaaa"
