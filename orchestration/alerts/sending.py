"""The step after publish: new alerts of the published version go to the webhook, one by one.

New is what is live, opened on or after the day on which sending was switched on, and was not sent
before. At most once per alert: each attempt is on record before it is made, an alert is posted
again only where the receiver said that it has not taken it, or was not reached; where that is not
known, a person decides. Trouble stops the step, never the refresh; what is left waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb

from orchestration.alerts import outbox as states
from orchestration.alerts.outbox import Outbox, open_outbox
from orchestration.alerts.webhook import COLUMNS, ENV, Answer, Outcome, Webhook
from orchestration.errors import UserError
from orchestration.publish.database import connect
from orchestration.publish.links import CURRENT, current_manifest
from orchestration.publish.versions import MARTS_FILE
from orchestration.settings import Settings

#: Seconds before the second, third and fourth attempt; then the step ends.
WAITS = (1.0, 2.0, 4.0)
#: A receiver that asks for more is left alone until the next refresh.
LONGEST_WAIT = 30.0
#: No further attempt is begun after so many seconds: a refresh has an end.
STEP_SECONDS = 60.0
#: So many refusals one after the other are the receiver's, not the alert's.
REFUSALS_IN_A_ROW = 3
#: An alert that opened longer ago is no news: it is recorded as expired, and stays in the mart.
OLDEST_DAYS = 14

_SHOWN_IDS = 5


@dataclass
class Sending:
    """What a step did, in alerts.

    Attributes:
        waiting: not taken by the receiver, or not tried: the next step sends them.
        unknown: ids of those that may have arrived or not.
        interrupted: ids of those that an earlier step was sending when it was ended.
        trouble: what stopped the step, or was refused; None where nothing was.
    """

    sent: int = 0
    waiting: int = 0
    unknown: list[str] = field(default_factory=list)
    interrupted: list[str] = field(default_factory=list)
    expired: int = 0
    withheld: int = 0
    trouble: str | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Alerts by what became of them."""
        return {
            "sent": self.sent,
            "waiting": self.waiting,
            "unknown": len(self.unknown) + len(self.interrupted),
            "expired": self.expired,
            "withheld": self.withheld,
        }

    @property
    def summary(self) -> str:
        """`45 sent, 3 waiting`."""
        told = [f"{count} {state}" for state, count in self.counts.items() if count]
        return ", ".join(told) or "none to send"

    @property
    def warnings(self) -> list[str]:
        """Sentences for the person: what did not leave, why, and what to do."""
        told = []
        trouble = self.trouble or "time was up"
        if self.waiting:
            told.append(
                f"alerts: {trouble}; {_alerts(self.waiting)} not sent yet: the next refresh "
                "sends what waits, or `perennial send-alerts` before it"
            )
        elif self.trouble and not self.unknown:
            told.append(f"alerts: {trouble}; none were sent, the next refresh tries again")
        for ids, why in (
            (self.unknown, trouble),
            (self.interrupted, "the process was ended while it was sending"),
        ):
            if ids:
                shown = ", ".join(ids[:_SHOWN_IDS])
                more = f" and {len(ids) - _SHOWN_IDS} more" if len(ids) > _SHOWN_IDS else ""
                told.append(
                    f"alerts: {why}; whether {_alerts(len(ids))} arrived is not known "
                    f"({shown}{more}): not sent again by itself; look at the receiver, "
                    "`perennial send-alerts --unknown` sends every such alert once more"
                )
        if self.expired:
            told.append(
                f"alerts: {_alerts(self.expired)} opened more than {OLDEST_DAYS} days ago and will "
                "not be sent any more; marts.fct_alerts has them"
            )
        if self.withheld:
            told.append(
                f"alerts: {_alerts(self.withheld)} will not be sent, as an id in them looks like "
                "an e-mail address; let the source give accounts and CSMs ids that name nobody"
            )
        return told


def send_new_alerts(
    settings: Settings,
    run_id: str,
    with_unknown: bool = False,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Sending:
    """Send the alerts of the published version that were never sent; called under the lock.

    Args:
        run_id: who sends, for the record.
        with_unknown: also those that may have arrived already: a person's decision.
        sleep: stands in for `time.sleep` in tests.
        clock: stands in for `time.monotonic` in tests.

    Raises:
        UserError: there is no address or none that may be used, nothing is published, or the
            record of what was sent cannot be opened.
    """
    if settings.alert_webhook is None:
        raise UserError(f"{ENV} is not set, so alerts stay in the warehouse (marts.fct_alerts)")
    webhook = Webhook(settings.alert_webhook)
    today = _last_judged_day(settings)
    with open_outbox(settings, run_id) as outbox:
        step = _Step(webhook, outbox, sleep or time.sleep, clock)
        step.done.interrupted = outbox.settle_interrupted()
        alerts = _published_alerts(settings, outbox.since(today))
        step.run(_to_send(alerts, outbox, today, with_unknown, step.done))
    return step.done


class _Step:
    def __init__(
        self,
        webhook: Webhook,
        outbox: Outbox,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self.done = Sending()
        self._webhook = webhook
        self._outbox = outbox
        self._sleep = sleep
        self._clock = clock
        self._ends_at = clock() + STEP_SECONDS

    def run(self, alerts: list[dict[str, Any]]) -> None:
        """Send alerts in their order, until all are or something stops it."""
        refusals = 0
        self.done.waiting = len(alerts)
        for alert in alerts:
            if self._clock() >= self._ends_at:
                return
            answer = self._deliver(alert)
            if answer.outcome is Outcome.TAKEN:
                self.done.sent += 1
                self.done.waiting -= 1
                if alert["alert_id"] in self.done.interrupted:  # sent again, as a person asked
                    self.done.interrupted.remove(alert["alert_id"])
                refusals = 0
                continue
            self.done.trouble = _trouble(answer)
            if answer.outcome is Outcome.IN_DOUBT:
                # A receiver that hangs would leave every alert in doubt.
                self.done.unknown.append(alert["alert_id"])
                self.done.waiting -= 1
                return
            refusals += 1
            if answer.outcome is Outcome.LATER or refusals == REFUSALS_IN_A_ROW:
                return

    def _deliver(self, alert: Mapping[str, Any]) -> Answer:
        """Post an alert until it is taken, refused or in doubt, or patience ends."""
        alert_id, opened = alert["alert_id"], date.fromisoformat(alert["opened_date"])
        for wait in (*WAITS, None):
            self._outbox.begin(alert_id, opened)
            answer = self._webhook.post(alert)
            self._outbox.settle(alert_id, opened, _STATES[answer.outcome], answer.words)
            if answer.outcome is not Outcome.LATER or wait is None:
                break
            seconds = max(wait, answer.retry_after or 0.0)
            if seconds > LONGEST_WAIT or self._clock() + seconds >= self._ends_at:
                break
            self._sleep(seconds)
        return answer


_STATES = {
    Outcome.TAKEN: states.SENT,
    Outcome.LATER: states.WAITING,
    Outcome.REFUSED: states.WAITING,
    Outcome.IN_DOUBT: states.UNKNOWN,
}


def _trouble(answer: Answer) -> str:
    told = f"the alert webhook {answer.words}"
    if answer.outcome is Outcome.REFUSED:
        told += f" (see whether {ENV} is the address it gave out, and takes what is sent)"
    return told


def _to_send(
    alerts: list[dict[str, Any]],
    outbox: Outbox,
    today: date,
    with_unknown: bool,
    done: Sending,
) -> list[dict[str, Any]]:
    """Those to post, the least tried and oldest first; what must not leave is put on record."""
    known = outbox.deliveries()
    oldest = today - timedelta(days=OLDEST_DAYS)
    wanted = {states.WAITING, states.UNKNOWN} if with_unknown else {states.WAITING}
    chosen = []
    for alert in alerts:
        alert_id, opened = alert["alert_id"], date.fromisoformat(alert["opened_date"])
        delivery = known.get(alert_id)
        if delivery and delivery.state not in wanted:
            continue
        if any("@" in value for value in alert.values() if isinstance(value, str)):
            outbox.settle(alert_id, opened, states.WITHHELD, None)
            done.withheld += 1
        elif opened < oldest and not (delivery and delivery.state == states.UNKNOWN):
            outbox.settle(alert_id, opened, states.EXPIRED, None)
            done.expired += 1
        else:
            chosen.append((delivery.attempts if delivery else 0, alert))
    return [alert for _, alert in sorted(chosen, key=lambda each: each[0])]


def _last_judged_day(settings: Settings) -> date:
    manifest = current_manifest(settings)
    if manifest is None:
        raise UserError("nothing is published, so there are no alerts: run `perennial refresh`")
    return date.fromisoformat(str(manifest["as_of_date"]))


def _published_alerts(settings: Settings, since: date) -> list[dict[str, Any]]:
    """Live alerts that opened on or after a day, oldest first, as JSON takes them."""
    columns = ", ".join(COLUMNS)
    version = settings.published_dir / CURRENT / MARTS_FILE
    with connect(version, read_only=True) as marts:
        try:
            rows = marts.execute(
                f"select {columns} from marts.fct_alerts "
                "where suppressed_reason is null and opened_date >= ? "
                "order by opened_date, due_date, mrr_at_risk desc nulls last, alert_id",
                [since],
            ).fetchall()
        except duckdb.Error:
            raise UserError(
                "the published version has no marts.fct_alerts that can be sent"
            ) from None
    return [
        {name: _as_json(value) for name, value in zip(COLUMNS, row, strict=True)} for row in rows
    ]


def _as_json(value: Any) -> str | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str) else float(value)


def _alerts(count: int) -> str:
    return f"{count} alert" if count == 1 else f"{count} alerts"
