"""Time as the simulator counts it: whole seconds and whole days since 1970 in UTC.

Plain integers keep a million invoices cheap; texts and dates appear only at the edges.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime

DAY = 86_400
HOUR = 3_600
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def moment(when: str | date | datetime | int) -> int:
    """Return `when` as seconds since 1970 UTC.

    Texts are ISO dates or timestamps (`2026-01-15`, `2026-01-15 10:30`); a date means
    its midnight. Raises ValueError for a text that is no ISO timestamp.
    """
    if isinstance(when, int):
        return when
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    if isinstance(when, datetime):
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        return int(aware.timestamp())
    return (when.toordinal() - _EPOCH_ORDINAL) * DAY


def day_of(seconds: int) -> int:
    """Return the day number (days since 1970) that holds the moment."""
    return seconds // DAY


def day_number(when: str | date | int) -> int:
    """Return the day number of a date, an ISO text or a day number."""
    if isinstance(when, int):
        return when
    return moment(when) // DAY


def to_date(day: int) -> date:
    """Return the calendar date of a day number."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def iso(seconds: int | None) -> str | None:
    """Return the moment as `2026-01-15T10:30:00Z`, None for None."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add_interval(anchor: int, unit: str, count: int) -> int:
    """Return `anchor` plus `count` units (day, week, month, year).

    Months count from the anchor and stop at a short month's last day, as Stripe's
    billing cycle does: 31 January + 1 month is 28 February, + 2 months 31 March.
    """
    if unit == "week":
        return anchor + count * 7 * DAY
    if unit == "day":
        return anchor + count * DAY
    months = count * 12 if unit == "year" else count
    start = to_date(anchor // DAY)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    target = date(year, month + 1, min(start.day, last))
    return (target.toordinal() - _EPOCH_ORDINAL) * DAY + anchor % DAY


def month_start(day: int) -> int:
    """Return the day number of the first day of the month that holds `day`."""
    return day - to_date(day).day + 1


def month_starts(first_day: int, last_day: int) -> list[int]:
    """Return the firsts of month with first_day < first <= last_day, ascending."""
    result = []
    current = add_interval(month_start(first_day) * DAY, "month", 1)
    while current // DAY <= last_day:
        result.append(current // DAY)
        current = add_interval(current, "month", 1)
    return result


@dataclass(frozen=True)
class SyncSchedule:
    """When the connector runs: every `hours` hours, `offset` seconds past the hour grid."""

    hours: int = 6
    offset: int = 20 * 60

    def slot(self, seconds: int) -> int:
        """Return the first run at or after the moment: the run that picks a change up."""
        step = self.hours * HOUR
        return -(-(seconds - self.offset) // step) * step + self.offset

    def last_of(self, day: int) -> int:
        """Return the last run of a day: what is known at the end of that day."""
        step = self.hours * HOUR
        return ((day + 1) * DAY - 1 - self.offset) // step * step + self.offset
