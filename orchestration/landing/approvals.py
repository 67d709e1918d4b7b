"""Approvals of rejected loads: who let what in, and why."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from orchestration.landing.errors import LandingError
from orchestration.landing.files import private_files
from orchestration.settings import Settings


@dataclass(frozen=True)
class Approval:
    """One approval; `at` is UTC, ISO."""

    load_id: str
    by: str
    why: str
    at: str


def approve(settings: Settings, load_id: str, by: str, why: str) -> Approval:
    """Let a rejected load pass its rejection from the next run on.

    Raises:
        LandingError: a name, a reason or the id is missing, or the file cannot be written.
    """
    values = {"load_id": load_id.strip(), "by": by.strip(), "why": why.strip()}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise LandingError(f"An approval needs {', '.join(missing)}.")
    approval = Approval(**values, at=datetime.now(UTC).isoformat(timespec="seconds"))
    try:
        with private_files():
            settings.home.mkdir(parents=True, exist_ok=True)
            with settings.approvals_file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(approval)) + "\n")
    except OSError as error:
        raise LandingError(f"{settings.approvals_file}: {error.strerror}") from None
    return approval


def read_approvals(settings: Settings) -> dict[str, Approval]:
    """Approvals by load id; of two the later one.

    Raises:
        LandingError: a line is not what `approve` writes.
    """
    if not settings.approvals_file.exists():
        return {}
    approvals = {}
    lines = settings.approvals_file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            approval = Approval(**{name: entry[name] for name in ("load_id", "by", "why", "at")})
        except (ValueError, KeyError, TypeError):
            raise LandingError(f"{settings.approvals_file}, line {number}: no approval") from None
        approvals[approval.load_id] = approval
    return approvals
