"""Readers see one whole version at a time, whatever publish does."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from pathlib import Path

import duckdb
import pytest
from finished_build import rows, write_build

from orchestration.errors import UserError
from orchestration.publish.links import FIXED, current_version, roll_back
from orchestration.publish.publisher import publish
from orchestration.publish.status import describe


def test_rolling_back_goes_one_version_back_each_time(settings, facts):
    for number in range(3):
        publish(settings, facts(f"2026093{number}T000000Z-aaaaaa"), [])
    assert roll_back(settings)[1][:8] == "20260931"
    assert roll_back(settings)[1][:8] == "20260930"
    with pytest.raises(UserError, match="oldest version that is kept"):
        roll_back(settings)
    assert current_version(settings)[:8] == "20260930"


def test_rolling_back_from_nothing_says_so(settings):
    with pytest.raises(UserError, match="nothing is published"):
        roll_back(settings)


def test_after_a_rollback_the_next_publish_is_seen(settings, facts):
    for number in range(2):
        publish(settings, facts(f"2026093{number}T000000Z-aaaaaa"), [])
    roll_back(settings)
    publish(settings, facts("20261001T000000Z-bbbbbb"), [])
    assert current_version(settings) == "20261001T000000Z-bbbbbb"


def test_fixed_links_lead_to_the_current_version_also_when_the_home_moves(settings, facts):
    publish(settings, facts(), [])
    moved = settings.home.with_name("moved")
    shutil.move(settings.home, moved)
    for name in FIXED:
        assert (moved / "published" / name).exists()
    query = "select count(*) from marts.fct_accounts"
    assert rows(moved / "published" / "perennial.duckdb", query) == [(2,)]


def test_the_status_names_versions_and_stale_sources(settings, facts):
    assert "nothing" in "\n".join(describe(settings))
    publish(settings, facts(), [])
    publish(settings, facts("20261001T000000Z-bbbbbb"), [])
    text = "\n".join(describe(settings))
    assert "* 20261001T000000Z-bbbbbb" in text
    assert "  20260930T101500Z-aaaaaa" in text
    assert "Stale:      salesforce" in text


def read_in_a_loop(path: Path, stop, answers) -> None:
    """Read two tables of one version again and again; note errors and mixes."""
    count, problems = 0, []
    while not stop.is_set():
        try:
            with duckdb.connect(str(path), read_only=True) as connection:
                mrr, run_id = connection.execute(
                    "select (select min(mrr) from marts.fct_accounts), "
                    "(select max(run_id) from marts.dim_refreshes)"
                ).fetchone()
            if f"{int(mrr):06d}" != run_id[-6:]:
                problems.append(f"a mix: {mrr} and {run_id}")
        except duckdb.Error as error:
            problems.append(str(error))
        count += 1
    answers.put((count, problems))


def test_a_reader_in_a_loop_never_sees_an_error_or_a_mix(settings, facts):
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()

    def publish_number(number: int) -> None:
        write_build(settings, {"a1": number, "a2": number})
        publish(settings, facts(f"20260930T101500Z-{number:06d}"), [])

    publish_number(1)
    reader = context.Process(
        target=read_in_a_loop, args=(settings.published_dir / "perennial.duckdb", stop, answers)
    )
    reader.start()
    time.sleep(1.5)  # the reader has to be reading
    for number in range(2, 14):
        publish_number(number)
    stop.set()
    count, problems = answers.get(timeout=120)
    reader.join()
    assert problems == []
    assert count > 12
