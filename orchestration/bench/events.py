"""Product events by the million: the first build, then increments of one and of seven days."""

from __future__ import annotations

import dataclasses
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.bench.measure import Measurement, measure
from orchestration.settings import Settings
from orchestration.terminal import say

HISTORY_DAYS = 365
#: Days of each landing, counted from the first day of the history.
STEPS = (
    ("first build", 0, HISTORY_DAYS),
    ("one more day", HISTORY_DAYS, HISTORY_DAYS + 1),
    ("seven more days", HISTORY_DAYS + 1, HISTORY_DAYS + 8),
)
_ACCOUNTS = 400
_USERS = 20_000
#: What is read and rolled up in increments, and what is made of it anew for the scored days.
_INCREMENTAL = (
    "base_segment__tracks",
    "int_usage__user_event_days",
    "int_usage__user_days",
    "int_usage__account_days",
)

# Five events in a row are of one user and one day. One in two hundred is sent again with the next
# one, one in a hundred is up to a week late.
_TRACKS = """
copy (
    with numbered as (
        select
            number,
            date '2025-01-01' + (number // {per_day})::integer as day,
            (hash(number // 5) % {users})::bigint as user_number,
            (hash(number, 1) % 1000003)::bigint as chance
        from range({per_day} * {first}, {per_day} * {last}) as numbers(number)
    ),
    events as (
        select
            md5(number::varchar)::uuid::varchar as id,
            'u' || user_number as user_id,
            ['Dashboard Viewed', 'Report Created', 'Goal Tracked', 'API Called', 'Signed In',
             'Slack Synced', 'Data Exported', 'Workflow Automated'][1 + chance % 8] as event,
            day + to_seconds((hash(number) % 86400)::bigint)
            - to_days(case when chance % 100 = 7 then (number % 7)::integer else 0 end)
                as timestamp,
            day + interval 30 hour as _fivetran_synced,
            chance
        from numbered
    )
    select id, user_id, event, timestamp, _fivetran_synced from events
    union all
    select id, user_id, event, timestamp, _fivetran_synced from events where chance % 200 = 3
    order by timestamp
) to '{file}' (format parquet)
"""
_USERS_AND_ACCOUNTS = (
    (
        "segment/identifies.parquet",
        f"""select 'i' || number as id, 'u' || number as user_id,
            'cus_' || number % {_ACCOUNTS} as group_id, timestamp '2025-01-01' as timestamp,
            timestamp '2025-01-02' as _fivetran_synced
        from range({_USERS}) as numbers(number)""",
    ),
    (
        "billing/subscription_periods.parquet",
        f"""select 's' || number as subscription_id, 'cus_' || number as customer_id,
            'Team' as product, date '2024-06-01' + (number % 180)::integer as start_date,
            null::date as end_date,
            (50 + number % 2000)::decimal(18, 2) as amount, 'usd' as currency,
            'month' as interval, 1::bigint as interval_count, 10::bigint as quantity,
            timestamp '2025-01-02' as updated_at
        from range({_ACCOUNTS}) as numbers(number)""",
    ),
)


@dataclass(frozen=True)
class Step:
    """One refresh: how many events were new, and what it took.

    Attributes:
        model_seconds: by model, of those in increments; the rest of the usage models under `rest`.
    """

    title: str
    events: int
    measurement: Measurement
    model_seconds: dict[str, float]


def run_events(settings: Settings, work: Path, events: int) -> list[Step]:
    """Land and refresh step by step, in one home.

    Args:
        work: folder for the landing and the home; emptied first.
        events: events of the history's 365 days.
    """
    folder = work / "events"
    shutil.rmtree(folder, ignore_errors=True)
    landing = folder / "landing"
    own = dataclasses.replace(settings, home=folder / "home", landing=landing)
    for name in ("segment/tracks", "billing"):
        (landing / name).mkdir(parents=True)
    with duckdb.connect() as connection:
        for name, query in _USERS_AND_ACCOUNTS:
            connection.execute(f"copy ({query}) to '{landing / name}' (format parquet)")
    steps = []
    for number, (title, first, last) in enumerate(STEPS):
        file = landing / "segment" / "tracks" / f"batch_{number}.parquet"
        with duckdb.connect() as connection:
            connection.execute(
                _TRACKS.format(
                    per_day=events // HISTORY_DAYS, users=_USERS, first=first, last=last, file=file
                )
            )
            (rows,) = connection.execute(f"select count(*) from '{file}'").fetchone() or (0,)
        say(f"events: {title}, {rows:,} rows")
        measurement = measure(own, anew=number == 0)
        steps.append(Step(title, rows, measurement, _usage_seconds(own)))
    return steps


def events_table(steps: list[Step]) -> list[str]:
    """Lines of the table: a row per figure, a column per step."""

    def row(title: str, cells: list[str]) -> str:
        return f"{title:<36}" + "".join(f"{cell:>18}" for cell in cells)

    lines = ["", row("", [step.title for step in steps])]
    lines.append(row("new rows of segment.tracks", [f"{step.events:,}" for step in steps]))
    for name in (*_INCREMENTAL, "rest"):
        title = "other usage models" if name == "rest" else name
        lines.append(row(title, [f"{step.model_seconds.get(name, 0.0):.2f} s" for step in steps]))
    together = [sum(step.model_seconds.get(name, 0.0) for name in _INCREMENTAL) for step in steps]
    lines.append(row("all four in increments", [f"{seconds:.2f} s" for seconds in together]))
    for stage in ("accept", "build"):
        lines.append(
            row(f"stage {stage}", [f"{step.measurement.seconds[stage]:.2f} s" for step in steps])
        )
    lines.append(
        row("whole refresh", [f"{step.measurement.total_seconds:.2f} s" for step in steps])
    )
    lines.append(
        row("peak memory", [f"{step.measurement.peak_bytes / 1e9:.2f} GB" for step in steps])
    )
    return lines


def _usage_seconds(settings: Settings) -> dict[str, float]:
    record = json.loads(settings.last_run_file.read_text("utf-8"))
    results = settings.run_quality_dir(record["run_id"]) / "run_results_build.json"
    seconds: dict[str, float] = {}
    for result in json.loads(results.read_text("utf-8"))["results"]:
        name = result["unique_id"].split(".")[-1]
        if name in _INCREMENTAL:
            seconds[name] = result["execution_time"]
        elif name.startswith("int_usage__") or name == "int_health__usage_measures":
            seconds["rest"] = seconds.get("rest", 0.0) + result["execution_time"]
    return seconds
