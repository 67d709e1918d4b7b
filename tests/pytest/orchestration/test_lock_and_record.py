"""One refresh at a time; its record is there whatever becomes of it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from orchestration.errors import BlockedError, UserError
from orchestration.files import read_json, switch_link, write_json
from orchestration.lock import AlreadyRunningError, refresh_lock
from orchestration.run_record import KILLED
from orchestration.session import new_run_id, open_refresh
from orchestration.settings import Settings


def test_the_lock_is_held_by_one_and_free_afterwards(tmp_path):
    path = tmp_path / "home" / "refresh.lock"
    with (
        refresh_lock(path),
        pytest.raises(AlreadyRunningError, match=r"a refresh \(process"),
        refresh_lock(path),
    ):
        pass
    with refresh_lock(path, "rollback"):
        pass


def test_a_process_that_dies_leaves_no_lock(tmp_path):
    path = tmp_path / "refresh.lock"
    code = (
        "import os, sys; from pathlib import Path; from orchestration.lock import refresh_lock\n"
        "with refresh_lock(Path(sys.argv[1])): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 9
    with refresh_lock(path):
        pass


def test_run_ids_sort_by_time():
    early = new_run_id(datetime(2026, 9, 30, 10, 15, tzinfo=UTC))
    late = new_run_id(datetime(2026, 10, 1, 9, 0, tzinfo=UTC))
    assert early < late
    assert early.startswith("20260930T101500Z-")


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(project_dir=tmp_path, home=tmp_path / "home", landing=tmp_path / "landing")


@pytest.mark.parametrize(
    ("error", "outcome", "code", "reason"),
    [
        (BlockedError(["stripe.price is missing"]), "blocked", 2, "stripe.price is missing"),
        (UserError("no such folder"), "error", 1, "no such folder"),
        (RuntimeError("a bug"), "error", 1, "RuntimeError during start: a bug; details: "),
        (None, "error", 1, "the refresh ended before it published"),
    ],
)
def test_whatever_stops_a_refresh_stands_in_the_record(settings, error, outcome, code, reason):
    with open_refresh(settings, is_silent=True) as refresh:
        assert read_json(settings.last_run_file)["reasons"] == [KILLED]
        if error:
            raise error
    record = read_json(settings.last_run_file)
    assert refresh.record.exit_code == code
    assert record["outcome"] == outcome
    assert record["reasons"][0].startswith(reason)
    assert record["published_run_id"] is None
    assert record["finished_at"] > record["started_at"]


def test_an_interrupt_is_noted_and_goes_on(settings):
    with pytest.raises(KeyboardInterrupt), open_refresh(settings, is_silent=True):
        raise KeyboardInterrupt
    assert read_json(settings.last_run_file)["reasons"] == ["interrupted"]


def test_a_file_that_is_no_json_reads_as_none(tmp_path):
    path = tmp_path / "x.json"
    assert read_json(path) is None
    path.write_text('{"a": ')
    assert read_json(path) is None
    write_json(path, {"a": 1})
    assert read_json(path) == {"a": 1}
    assert [found.name for found in tmp_path.iterdir()] == ["x.json"]


def test_a_link_can_be_switched_where_a_broken_one_stands(tmp_path):
    link = tmp_path / "current"
    link.symlink_to("gone")
    switch_link(link, "versions")
    assert str(link.readlink()) == "versions"
