"""`last_run.json`: the outcome of the last refresh, whatever became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.files import read_json, write_json

PUBLISHED = "published"
BLOCKED = "blocked"
ERROR = "error"
EXIT_CODES = {PUBLISHED: 0, BLOCKED: 2, ERROR: 1}

KILLED = "the refresh was ended from outside before it finished; the next one starts afresh"


@dataclass
class RunRecord:
    """One refresh as the record tells it.

    Attributes:
        outcome: published, blocked or error. While a refresh runs the file says `error` with the
            reason that it was ended from outside: should it be killed, that is the truth.
        published_run_id: the run whose version readers see now; None before the first.
        seconds: stage name to seconds.
        alerts: alerts by what became of them; empty where none are to be sent.
        peak_memory_mb: largest resident memory of the refresh's process.
    """

    run_id: str
    started_at: datetime
    outcome: str = ERROR
    published_run_id: str | None = None
    reasons: list[str] = field(default_factory=lambda: [KILLED])
    warnings: list[str] = field(default_factory=list)
    stage: str = "start"
    as_of_date: str | None = None
    finished_at: datetime | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    peak_memory_mb: float | None = None
    dbt_seconds: dict[str, float] = field(default_factory=dict)
    alerts: dict[str, int] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the record in one step."""
        write_json(path, asdict(self))

    def close(self, outcome: str, reasons: list[str]) -> None:
        """Set how the refresh ended."""
        self.outcome = outcome
        self.reasons = reasons
        self.finished_at = datetime.now(UTC)

    @property
    def exit_code(self) -> int:
        """0 published, 2 blocked by the data, 1 anything else."""
        return EXIT_CODES[self.outcome]


def read_last_run(path: Path) -> dict[str, Any] | None:
    """The last record as it stands in the file; None before the first refresh."""
    record = read_json(path)
    return record if isinstance(record, dict) else None
