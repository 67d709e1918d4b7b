"""Product events in increments: in whatever order they arrive, the tables are those of one build.

Loads are written into raw.duckdb as accept leaves them (`_perennial_load_id`), and only the models
of the roll-ups are built: a step takes seconds, and many orders can be tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import dbt_runs, landing
from orchestration.contract import load_contract
from orchestration.settings import PROJECT_DIR, Settings

TABLES = {
    "staging.base_segment__tracks": "load_id, raw_key, row_key, user_id, event, row_outcome, "
    "row_rule",
    "intermediate.int_usage__user_event_days": "account_id, user_id, activity_date, event, events",
    "intermediate.int_usage__user_days": "account_id, user_id, activity_date, is_active, events, "
    "value_events, logins, intent_events",
    "intermediate.int_usage__account_days": "account_id, activity_date, seen_users, active_users, "
    "events, value_events, logins, intent_events",
    "intermediate.int_usage__outage_days": "outage_date",
}
EVERYTHING = ("+int_usage__account_days", "+int_usage__outage_days")
# What a later step can change: accounts are the same in all of them.
BEHIND = (
    *("base_segment__tracks", "base_segment__identifies", "int_usage__user_accounts"),
    *("int_usage__user_event_days", "int_usage__user_days", "int_usage__account_days"),
    *("int_usage__tracked_days", "int_usage__outage_days"),
)
VALUE, LOGIN, INTENT = "Dashboard Viewed", "Signed In", "Billing Page Viewed"

Track = tuple[str | None, str | None, str, str, str]
Identity = tuple[str, str, str | None, str]


def track(key: str | None, user: str | None, event: str, at: str, synced: str = "") -> Track:
    """A row of segment.tracks; synced an hour after `at` unless said otherwise."""
    return (key, user, event, f"2026-05-{at}", f"2026-05-{synced or at[:2] + ' 23:00:00'}")


BATCHES: dict[str, list[Track]] = {
    "day_1": [
        track("m1", "ann", VALUE, "01 09:00:00"),
        track("m2", "ann", LOGIN, "01 08:00:00"),
        track("m3", "bob", VALUE, "01 10:00:00"),
        track("m4", None, VALUE, "01 11:00:00"),
        track(None, "ann", VALUE, "01 12:00:00"),
        track("m5", "cat", INTENT, "01 13:00:00"),
        track("m6", "dan", VALUE, "01 14:00:00"),
        track("m7", "eve", VALUE, "01 15:00:00"),
    ],
    # m1 comes again as it was, m3 with another event and a later sync, m6 with another event and
    # the same sync (both are set aside: its pair is empty then), m20 is late by a day.
    "day_2": [
        track("m8", "ann", VALUE, "02 09:00:00"),
        track("m1", "ann", VALUE, "01 09:00:00"),
        track("m3", "bob", LOGIN, "01 10:00:00", "02 23:00:00"),
        track("m6", "dan", LOGIN, "01 14:00:00"),
        track("m20", "cat", VALUE, "01 20:00:00", "02 23:00:00"),
        track(None, "bob", VALUE, "02 12:00:00"),
    ],
    # No day 3: an outage. m9 lies in the future of its own sync; m10 has blanks around its id in a
    # copy, which collides; m11 moves to another day with a later sync.
    "day_4": [
        track("m9", "ann", VALUE, "09 09:00:00", "04 23:00:00"),
        track("m10", "bob", VALUE, "04 09:00:00"),
        track(" m10 ", "bob", LOGIN, "04 09:00:00", "04 23:30:00"),
        track("m11", "ann", VALUE, "04 10:00:00"),
    ],
    "day_5": [
        track("m11", "ann", VALUE, "05 10:00:00"),
        track("m3", "bob", VALUE, "01 10:00:00", "01 23:00:00"),
        track("m12", "eve", "Never Heard Of", "05 11:00:00"),
        track("m8", "zoe", VALUE, "02 09:00:00", "05 23:00:00"),
    ],
}
# dan has no account; cat moves from a to b on 2 May.
IDENTITIES: list[Identity] = [
    ("i1", "ann", "a", "01"),
    ("i2", "bob", "a", "03"),
    ("i3", "cat", "a", "01"),
    ("i4", "cat", "b", "02"),
    ("i5", "eve", "b", "01"),
    ("i6", "zoe", "b", "01"),
]


class Warehouse:
    """State files, filled by hand, on which the usage models are built."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(project_dir=PROJECT_DIR, home=home, landing=home / "landing")
        landing.prepare(self.settings, load_contract(PROJECT_DIR))
        self._manifest = dbt_runs.prepare_manifest(self.settings)
        self._write(
            "create table billing.subscription_periods as select * from (values ('s1', 'a'), "
            "('s2', 'b')) "
            "as t(subscription_id, customer_id), (select 'Team' as product, '2026-01-01'::date "
            "as start_date, "
            "null::date as end_date, 100::decimal(18,2) as amount, 'usd' as currency, 'month' as "
            "interval, "
            "1::bigint as interval_count, 1::bigint as quantity, '2026-05-01'::timestamp as "
            "updated_at)"
        )

    def _write(self, statement: str, rows: Sequence[Sequence[Any]] = ()) -> None:
        with duckdb.connect(str(self.settings.raw_file)) as raw:
            if rows:
                raw.executemany(statement, rows)
            else:
                raw.execute(statement)

    def land(self, batch: str) -> None:
        """Append a batch of tracks."""
        self._write(
            "create table if not exists segment.tracks (id varchar, user_id varchar, event "
            "varchar, "
            "timestamp timestamp, _fivetran_synced timestamp, _perennial_load_id varchar)"
        )
        self._write(
            "insert into segment.tracks values (?, ?, ?, ?, ?, ?)",
            [(*row, batch) for row in BATCHES[batch]],
        )

    def take_back(self, batch: str) -> None:
        """Remove a batch, as accept does with loads of a run that did not publish."""
        self._write(f"delete from segment.tracks where _perennial_load_id = '{batch}'")

    def identify(self, identities: Iterable[Identity]) -> None:
        """Land identifies whole."""
        self._write(
            "create or replace table segment.identifies (id varchar, user_id varchar, group_id "
            "varchar, "
            "timestamp timestamp, _fivetran_synced timestamp, _perennial_load_id varchar)"
        )
        self._write(
            "insert into segment.identifies values (?, ?, ?, ?, ?, 'whole')",
            [
                (key, user, group, f"2026-05-{day} 06:00:00", f"2026-05-{day} 07:00:00")
                for key, user, group, day in identities
            ],
        )

    def build(self, *only: str, **dbt_vars: Any) -> dict[str, list[tuple]]:
        """Build the roll-ups.

        Args:
            only: what to build instead, as dbt selects it: a run that ended before the rest.
        """
        values = {"as_of_date": "2026-05-06", **dbt_vars}
        wanted = only or (BEHIND if self.settings.build_file.exists() else EVERYTHING)
        run = dbt_runs.build_models(
            self.settings, self._manifest, values, self.settings.home / "logs", select=wanted
        )
        dbt_runs.close_connections()
        assert [result.explain() for result in run.failed] == []
        return self.tables()

    def tables(self) -> dict[str, list[tuple]]:
        """What the tables say, without how they came to be."""
        with duckdb.connect(str(self.settings.build_file), read_only=True) as build:
            return {
                table: build.execute(
                    f"select {columns} from {table} order by all nulls first"
                ).fetchall()
                for table, columns in TABLES.items()
                if build.execute(
                    "select 1 from duckdb_tables() where schema_name || '.' || table_name = ?",
                    [table],
                ).fetchone()
            }

    def increments(self, table: str) -> int:
        """How many increments a table has seen since it was built whole."""
        with duckdb.connect(str(self.settings.build_file), read_only=True) as build:
            return build.execute(f"select max(change_number) from {table}").fetchone()[0]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory) -> dict[str, list[tuple]]:
    """The tables of one build of everything."""
    warehouse = Warehouse(tmp_path_factory.mktemp("at_once"))
    warehouse.identify(IDENTITIES)
    for batch in BATCHES:
        warehouse.land(batch)
    return warehouse.build()


def test_one_build_says_what_the_story_says(at_once):
    """m9 is set aside, m6 and m10 with their copies, rows without an id; m4 is anonymous.

    a on 1 May: ann m1 and m2, bob m3 as it was synced last (a login), cat m5 and m20. m11 is on
    5 May, m8 is zoe's. Of b: eve m7 and m12 (unknown), zoe m8. Nothing happened on 3 and 6 May.
    """
    outcomes = {
        (key.strip(), outcome, rule)
        for _, key, _, _, _, outcome, rule in at_once["staging.base_segment__tracks"]
        if key in ("m6", "m9", "m10", " m10 ", "")
    }
    assert outcomes == {
        ("m6", "quarantined", "conflicting_rows"),
        ("m9", "quarantined", "future_event"),
        ("m10", "accepted", None),
        ("m10", "quarantined", "id_collision"),
        ("", "quarantined", "null_key"),
    }
    assert at_once["intermediate.int_usage__account_days"] == [
        ("a", date(2026, 5, 1), 3, 2, 5, 2, 2, 1),
        ("a", date(2026, 5, 4), 1, 1, 1, 1, 0, 0),
        ("a", date(2026, 5, 5), 1, 1, 1, 1, 0, 0),
        ("b", date(2026, 5, 1), 1, 1, 1, 1, 0, 0),
        ("b", date(2026, 5, 2), 1, 1, 1, 1, 0, 0),
        ("b", date(2026, 5, 5), 1, 0, 1, 0, 0, 0),
    ]
    assert at_once["intermediate.int_usage__outage_days"] == [
        (date(2026, 5, 3),),
        (date(2026, 5, 6),),
    ]


@pytest.mark.parametrize(
    "order",
    [("day_1", "day_2", "day_4", "day_5"), ("day_5", "day_4", "day_2", "day_1")],
    ids=["in_order", "backwards"],
)
def test_batches_in_any_order_give_the_tables_of_one_build(tmp_path, at_once, order):
    """On the way users are unknown, or of another account; at the end all is known."""
    warehouse = Warehouse(tmp_path)
    knowledge = [IDENTITIES[:2], [*IDENTITIES[:2], ("i9", "cat", "b", "01")], IDENTITIES]
    for step, batch in enumerate(order):
        warehouse.land(batch)
        warehouse.identify(knowledge[min(step, 2)])
        tables = warehouse.build()

    assert warehouse.increments("staging.base_segment__tracks") == len(order)
    assert tables == at_once
    assert warehouse.build() == at_once
    assert warehouse.increments("staging.base_segment__tracks") == len(order)


def test_a_run_that_ended_early_is_caught_up_with(tmp_path, at_once):
    """A run ends once events are judged, the next after users; then a load is taken back."""
    warehouse = Warehouse(tmp_path)
    warehouse.identify(IDENTITIES)
    warehouse.land("day_1")
    warehouse.land("day_4")
    warehouse.build()
    warehouse.land("day_2")
    warehouse.build("base_segment__tracks")
    warehouse.land("day_5")
    warehouse.build("base_segment__tracks", "int_usage__user_event_days", "int_usage__user_days")
    assert warehouse.build() == at_once

    warehouse.take_back("day_2")
    without = warehouse.build()
    assert warehouse.increments("staging.base_segment__tracks") == 1
    assert {row[0] for row in without["staging.base_segment__tracks"]} == {
        "day_1",
        "day_4",
        "day_5",
    }
    warehouse.land("day_2")
    assert warehouse.build() == at_once


def test_other_rules_leave_no_rows_of_the_old_ones(tmp_path):
    """In Auckland 1 May 13:00 UTC is 2 May: every roll-up moves, the judged rows do not."""
    warehouse = Warehouse(tmp_path)
    warehouse.identify(IDENTITIES)
    warehouse.land("day_1")
    utc = warehouse.build()
    moved = warehouse.build(reporting_timezone="Pacific/Auckland")

    assert moved["staging.base_segment__tracks"] == utc["staging.base_segment__tracks"]
    assert {row[2] for row in moved["intermediate.int_usage__user_event_days"]} == {
        date(2026, 5, 1),
        date(2026, 5, 2),
    }
    assert warehouse.build() == utc
