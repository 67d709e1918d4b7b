"""The customer-success tables as the connector holds them at a moment; see `emit_stripe`.

Product events are many: where whole tables land they come as a folder of one Parquet file for
each month in which the connector brought them.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.clock import DAY, to_date
from simulator.success import Success
from simulator.usage import Track

TRACKS = "segment.tracks"
_DELAY = 410


class SuccessTables:
    """Emits one landing's rows of every source beside billing and sales."""

    def __init__(self, success: Success, known: int, since: int | None) -> None:
        self.success = success
        self.known = known
        self.since = -1 if since is None else since
        self.schedule = success.book.schedule

    def rows(self, table: str) -> Iterator[tuple]:
        """Yield the rows of a table."""
        if table == TRACKS:
            return self._tracks()
        return self.success.records.rows(table, self.known, self.since, self.schedule, _DELAY)

    def tracks_by_month(self) -> dict[str, list[tuple]]:
        """Return the product events by the month (2026-09) in which they were brought."""
        months: dict[int, list[tuple]] = {}
        for row in self._tracks():
            date = to_date(row[-1] // DAY)
            months.setdefault(date.year * 100 + date.month, []).append(row)
        return {f"{key // 100}-{key % 100:02d}": months[key] for key in sorted(months)}

    def _tracks(self) -> Iterator[tuple]:
        slot = self.schedule.slot
        for track in self.success.usage.tracks:
            if track.received > self.known:
                continue
            for received in (track.received, track.repeats):
                if received is not None and received <= self.known:
                    brought = slot(received)
                    if brought > self.since:
                        yield _row(track, received, brought + _DELAY)


def _row(track: Track, received: int, synced: int) -> tuple:
    user = None if track.user is None else track.user.user_id
    anonymous = f"anon_{track.message[:8]}" if user is None else None
    text = track.event.lower().replace(" ", "_")
    return (
        track.message, anonymous, user, track.event, text, track.at, None, track.at, received,
        None, None, None, synced,
    )  # fmt: skip
