"""Customer success in the simulated company: hidden causes, what is emitted of them, and when."""

from __future__ import annotations

import csv
import statistics
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import emitted_rows
import pytest
from pyarrow import parquet

from simulator.clock import DAY, to_date
from simulator.company import HEALTH_TABLES, OPTIONAL_TABLES, REQUIRED_TABLES, Company, simulate
from simulator.config import SimulatorConfig
from simulator.courses import WITHOUT_SIGN
from simulator.tables import TABLES

CONFIG = SimulatorConfig(accounts=90, months=24, seed=11, usage_months=8)
ALL = REQUIRED_TABLES + OPTIONAL_TABLES + HEALTH_TABLES
DAYS = ["2025-05-31", "2025-09-30"]


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(CONFIG)


@pytest.fixture(scope="module")
def crowd() -> Company:
    """A company large enough for shares."""
    return simulate(SimulatorConfig(accounts=1000, months=36, seed=12))


@pytest.fixture(scope="module")
def landing(company, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    company.emit(folder, tables=ALL)
    return folder


def rows_of(landing: Path, table: str) -> list[dict]:
    source, name = table.split(".")
    path = landing / source / name
    if path.is_dir():
        return [row for file in sorted(path.iterdir()) for row in emitted_rows.read(file)]
    return emitted_rows.read(path.with_suffix(".csv"))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_billing_and_its_truth_are_the_same_with_and_without_the_other_sources(landing, tmp_path):
    plain = simulate(CONFIG)
    plain.emit(tmp_path)
    with_health, without = files_of(landing), files_of(tmp_path)
    stripe = [name for name in without if name.startswith("stripe/")]
    assert len(stripe) == 13
    assert all(with_health[name] == without[name] for name in stripe)
    other = simulate(CONFIG)
    assert other.success.usage.tracks
    assert other.truth().equals(plain.truth())
    for table in ("account", "opportunity"):
        one = emitted_rows.read(tmp_path / f"salesforce/{table}.csv")
        two = emitted_rows.read(landing / f"salesforce/{table}.csv")
        changed = {"csm_id_c", "co_csm_id_c", "co_csm_split_c", "_fivetran_synced"}
        for before, after in zip(one, two, strict=True):
            assert {k: v for k, v in before.items() if k not in changed} == {
                k: after[k] for k in before if k not in changed
            }


def test_the_same_config_emits_the_same_bytes(landing, tmp_path):
    simulate(CONFIG).emit(tmp_path, tables=ALL)
    assert files_of(tmp_path) == files_of(landing)


def test_every_table_has_rows_and_the_columns_of_its_layout(landing):
    for table in HEALTH_TABLES:
        rows = rows_of(landing, table)
        assert rows, table
        assert list(rows[0]) == [name for name, _ in TABLES[table]], table


def test_nothing_is_emitted_before_it_is_known(company, tmp_path):
    for day in DAYS:
        company.emit(tmp_path / day, until=day, tables=HEALTH_TABLES, reference=False)
        known = to_date(company.book.schedule.last_of(company.view([day]).as_of) // DAY)
        for table in HEALTH_TABLES:
            kinds = dict(TABLES[table])
            happened = [
                name
                for name in ("created_at", "created", "created_date", "updated", "updated_at",
                             "met_at", "met_on_c", "done_on_c", "given_on_c", "sent_at",
                             "completed_date_time", "timestamp", "received_at", "left_company_on_c")
                if name in kinds
            ]  # fmt: skip
            for row in rows_of(tmp_path / day, table):
                brought = emitted_rows.synced(row)
                assert brought.date() <= known, table
                for name in happened:
                    if row[name] is not None:
                        assert emitted_rows.when(row[name]) <= brought, (table, name)


def test_the_union_of_the_batches_is_the_whole(company, landing, tmp_path):
    before, keys = None, {"zendesk.ticket_field_history": ("ticket_id", "field_name", "updated"),
                          "zendesk.ticket_sla_event": ("ticket_id", "metric"),
                          "people.employee": ("employee_id",),
                          "people.absence": ("employee_id", "from_date"),
                          "people.touch_cost": ("role", "valid_from"),
                          "comp.plan_assignment": ("employee_id", "valid_from"),
                          "comp.shared_ownership": ("account_id", "employee_id", "valid_from"),
                          }  # fmt: skip
    union: dict[str, dict[tuple, dict]] = defaultdict(dict)
    for day in [*DAYS, str(company.end)]:
        company.emit(tmp_path, day, before, "batches", tables=HEALTH_TABLES, reference=False)
        before = day
        for table in HEALTH_TABLES:
            source, name = table.split(".")
            for row in emitted_rows.read(tmp_path / source / name / f"{day}.csv"):
                union[table][tuple(row[each] for each in keys.get(table, ("id",)))] = row
    for table in HEALTH_TABLES:
        whole = {}
        for row in rows_of(landing, table):
            whole[tuple(str(row[each]) if table == "segment.tracks" else row[each]
                        for each in keys.get(table, ("id",)))] = row  # fmt: skip
        assert whole.keys() == union[table].keys(), table
        if table != "segment.tracks":
            assert whole == union[table], table


def test_tracks_land_by_month_with_their_oddities(company, landing):
    folder = landing / "segment" / "tracks"
    rows = rows_of(landing, "segment.tracks")
    for path in folder.iterdir():
        months = {str(row["_fivetran_synced"])[:7] for row in parquet.read_table(path).to_pylist()}
        assert months == {path.stem}
    days = {row["timestamp"].date() for row in rows}
    assert min(days) >= to_date(company.success.usage.since)
    missing = {
        each
        for offset in range((max(days) - min(days)).days)
        if (each := min(days) + timedelta(days=offset)) not in days
    }
    assert {to_date(day) for day in company.success.usage.outages} <= missing
    late = [
        day for day in company.success.usage.outages if to_date(day) > company.end - timedelta(60)
    ]
    assert len(late) == 1
    ids = [row["id"] for row in rows]
    assert 0 < len(ids) - len(set(ids)) < 0.01 * len(ids)
    assert any(row["user_id"] is None for row in rows)


def test_groups_lead_to_accounts_or_billing_customers(landing):
    accounts = {row["id"] for row in rows_of(landing, "salesforce.account")}
    customers = {row["id"] for row in rows_of(landing, "stripe.customer")}
    groups = {
        row["group_id"]: row["salesforce_account_id"] for row in rows_of(landing, "segment.groups")
    }
    shorts = {key[:15] for key in accounts}
    assert all(key in accounts or key in shorts for key in groups.values() if key)
    assert all(group in customers for group, key in groups.items() if not key)
    assert any(not key for key in groups.values())
    used = {row["group_id"] for row in rows_of(landing, "segment.identifies")}
    assert used <= set(groups)


def test_the_crm_names_the_owner_that_the_field_history_ends_with(company, landing):
    changes = [row for row in rows_of(landing, "salesforce.account_field_history")
               if row["field"].lower().startswith("csm")]  # fmt: skip
    assert {row["field"] for row in changes} == {"CSM_ID__c", "csm_id_c"}
    users = {row["id"]: row["name"] for row in rows_of(landing, "salesforce.user")}
    last: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in changes:
        is_id = (row["new_value"] or row["old_value"]) in users
        last[row["account_id"]]["id" if is_id else "name"] = row["new_value"]
    assert last
    for row in rows_of(landing, "salesforce.account"):
        if row["id"] in last:
            assert row["csm_id_c"] == last[row["id"]]["id"]
            assert users.get(row["csm_id_c"]) == last[row["id"]]["name"]
    roster = rows_of(landing, "people.employee")
    assert any(row["left_on"] for row in roster)
    assert {row["crm_user_id"] for row in roster if row["crm_user_id"]} <= set(users)


def test_who_left_still_owned_accounts_for_a_while(crowd):
    staff = crowd.success.staff
    leavers = {each.number: each.left for each in staff.employees.values() if each.left}
    assert len(leavers) == 2
    held_on = sum(
        1
        for own in staff.ownerships.values()
        for (_, number), (until, _) in zip(own.owners, own.owners[1:], strict=False)
        if number in leavers and until // DAY > leavers[number]
    )
    assert held_on >= 5


def test_about_a_quarter_of_voluntary_leavers_shows_no_sign(crowd):
    departures = [
        (departure, any(e.is_leaving and e.until == departure.end for e in course.episodes))
        for course in crowd.success.courses.values()
        for departure in course.departures
        if departure.asked - course.start > 60
    ]
    voluntary = [shows for departure, shows in departures if departure.is_voluntary]
    failed = [shows for departure, shows in departures if not departure.is_voluntary]
    assert len(voluntary) > 100
    assert len(failed) > 20
    assert abs(1 - statistics.mean(voluntary) - WITHOUT_SIGN) < 0.1
    assert statistics.mean(failed) < 0.35


def test_about_as_many_decline_and_stay_as_decline_and_leave(crowd):
    episodes = [e for course in crowd.success.courses.values() for e in course.episodes]
    leaving = sum(1 for each in episodes if each.is_leaving)
    assert 0.6 < (len(episodes) - leaving) / leaving < 1.6


def test_signs_come_twenty_to_a_hundred_and_twenty_days_ahead(crowd):
    for course in crowd.success.courses.values():
        for departure in course.departures:
            mine = [e for e in course.episodes if e.is_leaving and e.until == departure.end]
            assert all(0 < departure.asked - each.start <= 120 for each in mine)


def test_usage_falls_with_a_hidden_strain_and_not_without(crowd):
    usage = crowd.success.usage
    days = defaultdict(lambda: defaultdict(int))
    for track in usage.tracks:
        if track.user is not None:
            days[track.user.groups[0][1].number][track.at // DAY] += 1
    ratios: dict[str, list[float]] = {"usage": [], "relation": []}
    for number, course in crowd.success.courses.items():
        for episode in course.episodes:
            before = range(episode.start - 90, episode.start)
            during = range(episode.start, min(episode.until, crowd.book.end_day))
            used = [day for day in during if episode.level("usage", day) > 0.4]
            calm = "usage" not in episode.depths
            near, far = during if calm else used, before
            quiet = all(course.strain("usage", day) < 0.1 for day in (far[0], far[-1]))
            if len(near) < 28 or far[0] < max(usage.since, course.start + 60) or not quiet:
                continue
            rate = sum(days[number][day] for day in far) / len(far)
            if rate > 0.15:
                now = sum(days[number][day] for day in near) / len(near)
                ratios["relation" if calm else "usage"].append(now / rate)
    assert len(ratios["usage"]) >= 15
    assert len(ratios["relation"]) >= 8
    assert statistics.median(ratios["usage"]) < 0.6
    assert statistics.median(ratios["relation"]) > 0.75


def test_weekends_and_the_turn_of_the_year_are_quiet(crowd):
    counts = defaultdict(int)
    for track in crowd.success.usage.tracks:
        counts[to_date(track.at // DAY)] += 1
    weekdays = [n for day, n in counts.items() if day.weekday() < 5 and day.month in (2, 3, 4)]
    weekends = [n for day, n in counts.items() if day.weekday() >= 5 and day.month in (2, 3, 4)]
    holidays = [n for day, n in counts.items()
                if day.weekday() < 5 and day.month == 12 and day.day > 21]  # fmt: skip
    usual = statistics.median(weekdays)
    assert statistics.median(weekends) < 0.3 * usual
    assert statistics.median(holidays) < 0.65 * usual
    # Quiet is not silent: a day under a tenth of its weekday's median would be refused.
    assert min(holidays) > 0.15 * usual


def test_a_large_account_loses_its_champion_more_often_before_it_leaves(crowd):
    lost, seen = {True: 0, False: 0}, {True: 0, False: 0}
    for number, course in crowd.success.courses.items():
        for episode in course.episodes:
            is_relation = "relation" in episode.depths
            seen[is_relation] += 1
            lost[is_relation] += any(
                each.role == "champion" and each.left is not None
                and episode.start <= each.left <= episode.until
                for each in crowd.success.contacts[number]
            )  # fmt: skip
    assert lost[True] / seen[True] > 3 * lost[False] / seen[False]


def test_notice_is_given_on_renewals_that_are_lost_and_only_after_they_were_opened(crowd, tmp_path):
    crowd.emit(tmp_path, tables=("salesforce.opportunity", "people.employee"))
    rows = rows_of(tmp_path, "salesforce.opportunity")
    told = [row for row in rows if row["renewal_notice_given_on_c"]]
    assert len(told) >= 5
    for row in told:
        assert row["created_date"] <= row["renewal_notice_given_on_c"] <= row["contract_end_c"]
        assert row["stage_name"] in ("Closed Lost", "Negotiation")
    lost = [row for row in rows if row["stage_name"] == "Closed Lost"]
    assert all(row["loss_reason_c"] for row in lost)
    assert 0.3 < len([row for row in told if row in lost]) / len(lost) < 0.9


def test_the_features_of_each_product_go_with_the_landing(company, landing):
    with (landing / "reference" / "product_features.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    products = {
        row["id"] for row in rows_of(landing, "stripe.product") if row["livemode"] == "true"
    }
    assert {row["product_id"] for row in rows} == products
    assert {row["feature"] for row in rows if row["is_per_seat"] == "false"} == {""}


def test_a_crowd_of_two_thousand_stays_small_enough(crowd):
    assert len(crowd.success.usage.tracks) < 600_000 / 2000 * 1000
