"""History is appended to as a set, and copied aside before."""

from __future__ import annotations

import duckdb
import pytest
from finished_build import rows, write_build, write_loads

from orchestration.landing import approve
from orchestration.publish import history


def test_publishing_twice_adds_nothing_the_second_time(settings, facts):
    assert history.append(settings, facts()) == {"mem_items": 2, "ledger": 2, "refreshes": 1}
    assert history.append(settings, facts()) == {}
    assert rows(settings.history_file, "select count(*) from memory.mem_items") == [(2,)]


def test_only_new_versions_are_added(settings, facts):
    history.append(settings, facts())
    write_build(settings, {}, versions="v2 v3")
    write_loads(settings, ["l1", "l2"], is_new=False)
    assert history.append(settings, facts("20261001T000000Z-bbbbbb")) == {
        "mem_items": 1,
        "refreshes": 1,
    }
    assert rows(settings.history_file, "select version_id from memory.mem_items order by 1") == [
        ("v1",),
        ("v2",),
        ("v3",),
    ]


def test_a_version_that_stands_twice_in_the_build_is_remembered_once(settings, facts):
    write_build(settings, {}, versions="v1 v1")
    assert history.append(settings, facts())["mem_items"] == 1


def test_a_column_that_is_new_in_the_build_is_added_and_empty_for_older_versions(settings, facts):
    history.append(settings, facts())
    with duckdb.connect(str(settings.build_file)) as build:
        build.execute("alter table memory.mem_items add column price bigint")
        build.execute("insert into memory.mem_items values ('v9', 'i9', 7)")
    history.append(settings, facts("20261001T000000Z-bbbbbb"))
    query = "select version_id, price from memory.mem_items order by 1"
    assert rows(settings.history_file, query) == [("v1", None), ("v2", None), ("v9", 7)]


def test_a_whole_table_that_comes_back_to_an_earlier_content_stands_in_the_ledger_again(
    settings, facts
):
    for number, load in enumerate(["l1", "l2", "l1"]):
        write_loads(settings, [load])
        history.append(settings, facts(f"2026093{number}T000000Z-aaaaaa"))
    query = "select load_id from memory.ledger order by run_id"
    assert rows(settings.history_file, query) == [("l1",), ("l2",), ("l1",)]


def test_a_rejected_load_is_no_load(settings, facts):
    with duckdb.connect(str(settings.run_file)) as run:
        run.execute("update run.run.loads set outcome = 'rejected'")
    assert "ledger" not in history.append(settings, facts())


def test_approvals_are_kept_once(settings, facts):
    approve(settings, "l1", "Ada", "checked with billing")
    assert history.append(settings, facts())["approvals"] == 1
    assert "approvals" not in history.append(settings, facts("20261001T000000Z-bbbbbb"))
    query = "select load_id, approved_by, why from memory.approvals"
    assert rows(settings.history_file, query) == [("l1", "Ada", "checked with billing")]


def test_a_failure_on_the_way_leaves_history_as_it_was(settings, facts, monkeypatch):
    history.append(settings, facts())
    before = rows(settings.history_file, "from memory.mem_items order by all")

    def fail(*_):
        raise RuntimeError("no")

    write_build(settings, {}, versions="v7")
    monkeypatch.setattr(history, "_append_refreshes", fail)
    with pytest.raises(RuntimeError):
        history.append(settings, facts("20261001T000000Z-bbbbbb"))
    assert rows(settings.history_file, "from memory.mem_items order by all") == before


def test_the_last_copies_of_history_stay(settings, facts):
    for number in range(5):
        history.back_up(settings, f"2026093{number}T000000Z-aaaaaa")
    kept = sorted(path.name[:8] for path in (settings.home / "history_backups").iterdir())
    assert kept == ["20260932", "20260933", "20260934"]


def test_the_copy_holds_what_history_held_before(settings, facts):
    history.append(settings, facts())
    copy = history.back_up(settings, "20261001T000000Z-bbbbbb")
    write_build(settings, {}, versions="v8")
    history.append(settings, facts("20261001T000000Z-bbbbbb"))
    assert rows(copy, "select count(*) from memory.mem_items") == [(2,)]
