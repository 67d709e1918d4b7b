"""A published version made by hand, with alerts and nothing else, and a receiver for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from alerts.receiver import Receiver, receiving
from orchestration.alerts.outbox import SENDING, count_states
from orchestration.alerts.sending import Sending, send_new_alerts
from orchestration.files import write_json
from orchestration.publish.links import switch_to
from orchestration.settings import Settings

TODAY = date(2026, 9, 30)
#: The mart as its contract has it; `reason` and `event_key` hold what must not leave.
COLUMNS = """
    alert_id varchar, rule varchar, subject_type varchar, subject_id varchar, account_id varchar,
    event_key varchar, csm_id varchar, owner varchar, reason varchar, measure double,
    mrr_at_risk decimal(18, 2), suppressed_reason varchar, opened_date date, due_date date,
    cleared_date date, known_at timestamp
"""


def alert(alert_id: str, **changes) -> dict:
    """A live alert that opened today."""
    return {
        "alert_id": alert_id,
        "rule": "A2",
        "subject_type": "account",
        "subject_id": "001A",
        "account_id": "001A",
        "event_key": "typed by somebody",
        "csm_id": "E002",
        "owner": "csm",
        "reason": "Ada Lovelace is angry",
        "measure": -0.5,
        "mrr_at_risk": "135.76",
        "suppressed_reason": None,
        "opened_date": TODAY,
        "due_date": date(2026, 10, 1),
        "cleared_date": None,
        "known_at": "2026-09-30 18:26:50",
        **changes,
    }


@dataclass
class Home:
    """A home whose published version holds alerts.

    Attributes:
        slept: seconds waited between attempts; nobody really waits.
    """

    settings: Settings
    slept: list[float]

    def publish(self, alerts: Sequence[dict], as_of: date = TODAY) -> None:
        """Put another version in force."""
        versions = self.settings.published_dir / "versions"
        run_id = f"r{len(list(versions.glob('*')))}"
        folder = versions / run_id
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "perennial.duckdb")) as connection:
            connection.execute(f"create schema marts; create table marts.fct_alerts ({COLUMNS})")
            for row in alerts:
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"insert into marts.fct_alerts ({', '.join(row)}) values ({marks})",
                    list(row.values()),
                )
        write_json(folder / "manifest.json", {"run_id": run_id, "as_of_date": as_of.isoformat()})
        switch_to(self.settings, run_id)

    def send(self, clock: Callable[[], float] = time.monotonic, **options) -> Sending:
        """The step, without its waits."""
        return send_new_alerts(
            self.settings, "run", sleep=self.slept.append, clock=clock, **options
        )

    @property
    def states(self) -> dict[str, int]:
        """Alerts on record, by state."""
        return count_states(self.settings)

    def crash_while_sending(self, alert_id: str) -> None:
        """What a process leaves that was ended between the POST and its answer."""
        with duckdb.connect(str(self.settings.alert_deliveries_file)) as connection:
            connection.execute(
                "insert into deliveries by name select ? as alert_id, ? as state, "
                "?::date as opened_date, 1 as attempts",
                [alert_id, SENDING, TODAY],
            )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def home(tmp_path: Path, receiver: Receiver) -> Home:
    settings = Settings(
        project_dir=tmp_path / "project",
        home=tmp_path / "home",
        landing=tmp_path / "landing",
        alert_webhook=receiver.address,
    )
    return Home(settings, [])


@pytest.fixture
def two_alerts(home: Home) -> Home:
    """Two that opened today; due first comes `a1`."""
    home.publish([alert("a2", due_date=date(2026, 10, 2)), alert("a1")])
    return home


def elsewhere(home: Home, address: str | None) -> Home:
    """The same home with another address."""
    return Home(replace(home.settings, alert_webhook=address), home.slept)
