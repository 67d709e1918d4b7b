"""`alert_deliveries.duckdb`: which alerts left, so that none leaves twice.

Every attempt is on record before it is made. Whatever ends the process, an alert that may have
left is known as such and is not sent again by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from orchestration.landing.files import private_files
from orchestration.publish.database import Connection, connect, tables_of, utc_now
from orchestration.settings import Settings

SENDING = "sending"  # on its way; found so later, the process was ended meanwhile
SENT = "sent"
WAITING = "waiting"  # the receiver has not taken it
UNKNOWN = "unknown"  # it may have arrived or not
EXPIRED = "expired"  # older than alerts are sent
WITHHELD = "withheld"  # something in it looks like an e-mail address

_TABLES = (
    # From which day on alerts are sent: one row, written when sending is switched on.
    "create table if not exists switched_on (since date, switched_on_at timestamp)",
    """create table if not exists deliveries (
        alert_id varchar primary key, state varchar, opened_date date, attempts integer,
        answer varchar, run_id varchar, changed_at timestamp)""",
)


@dataclass(frozen=True)
class Delivery:
    """Where an alert stands.

    Attributes:
        attempts: how often it was posted.
    """

    state: str
    attempts: int


class Outbox:
    """The record of one home; one process at a time writes it, under the lock of the home."""

    def __init__(self, connection: Connection, run_id: str) -> None:
        self._connection = connection
        self._run_id = run_id
        for table in _TABLES:
            connection.execute(table)

    def since(self, today: date) -> date:
        """The day from which on alerts are sent: that of the first call.

        Args:
            today: the last judged day.
        """
        self._connection.execute(
            "insert into switched_on select $today, $now where not exists (from switched_on)",
            {"today": today, "now": utc_now()},
        )
        row = self._connection.execute("select min(since) from switched_on").fetchone()
        return row[0] if row else today

    def settle_interrupted(self) -> list[str]:
        """Call unknown what an earlier process was sending when it was ended.

        Returns:
            their alert ids, sorted.
        """
        rows = self._connection.execute(
            "update deliveries set state = $unknown, answer = 'the sender was ended meanwhile', "
            "changed_at = $now where state = $sending returning alert_id",
            {"unknown": UNKNOWN, "sending": SENDING, "now": utc_now()},
        ).fetchall()
        return sorted(alert_id for (alert_id,) in rows)

    def deliveries(self) -> dict[str, Delivery]:
        """Every alert that is on record."""
        rows = self._connection.execute("select alert_id, state, attempts from deliveries")
        return {
            alert_id: Delivery(state, attempts) for alert_id, *(state, attempts) in rows.fetchall()
        }

    def begin(self, alert_id: str, opened_date: date) -> None:
        """Record that an alert is about to be posted; it is on the disk when this returns."""
        self._put(alert_id, opened_date, SENDING, 1, None)

    def settle(self, alert_id: str, opened_date: date, state: str, answer: str | None) -> None:
        """Record what became of an alert."""
        self._put(alert_id, opened_date, state, 0, answer)

    def _put(
        self, alert_id: str, opened_date: date, state: str, attempts: int, answer: str | None
    ) -> None:
        self._connection.execute(
            """
            insert into deliveries by name
            select $alert_id as alert_id, $state as state, $opened_date as opened_date,
                $attempts::integer as attempts, $answer as answer, $run_id as run_id,
                $now as changed_at
            on conflict (alert_id) do update set
                state = excluded.state, attempts = deliveries.attempts + excluded.attempts,
                answer = excluded.answer, run_id = excluded.run_id, changed_at = excluded.changed_at
            """,
            {
                "alert_id": alert_id,
                "state": state,
                "opened_date": opened_date,
                "attempts": attempts,
                "answer": answer,
                "run_id": self._run_id,
                "now": utc_now(),
            },
        )


@contextmanager
def open_outbox(settings: Settings, run_id: str) -> Iterator[Outbox]:
    """Open the record of a home, made where there is none, readable by its owner alone.

    Raises:
        UserError: it is open elsewhere, or damaged; without it nothing may be sent.
    """
    with private_files(), connect(settings.alert_deliveries_file) as connection:
        yield Outbox(connection, run_id)


def count_states(settings: Settings) -> dict[str, int]:
    """Alerts by state; {} where none was ever sent."""
    if not settings.alert_deliveries_file.exists():
        return {}
    with connect(settings.alert_deliveries_file, read_only=True) as connection:
        if "deliveries" not in tables_of(connection, settings.alert_deliveries_file.stem, "main"):
            return {}
        rows = connection.execute(
            "select state, count(*) from deliveries group by state order by state"
        ).fetchall()
    return dict(rows)
