"""The step after publish, in a whole refresh of the toy project: off, down, up, done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.receiver import SECRET, Receiver, receiving
from orchestration.publish.publisher import Published
from orchestration.refresh import Refresh
from orchestration.run_record import PUBLISHED, RunRecord
from orchestration.terminal import Progress

pytestmark = pytest.mark.slow

MART = """
select
    'a' || row_number() over () as alert_id, 'A2' as rule, 'account' as subject_type,
    '001A' as subject_id, '001A' as account_id, 'E002' as csm_id, 'csm' as owner,
    cast(10 as decimal(18, 2)) as mrr_at_risk, cast(null as varchar) as suppressed_reason,
    cast('{{ var("as_of_date") }}' as date) as opened_date,
    cast('{{ var("as_of_date") }}' as date) as due_date

from {{ ref('rpt_mrr_monthly') }}
"""


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_a_refresh_sends_alerts_where_it_is_asked_to_and_is_published_whatever_happens(
    toy, receiver: Receiver, monkeypatch
):
    monkeypatch.delenv("PERENNIAL_ALERT_WEBHOOK", raising=False)
    monkeypatch.setattr("orchestration.alerts.sending.WAITS", (0.0, 0.0, 0.0))
    (toy.settings.project_dir / "models" / "marts" / "fct_alerts.sql").write_text(MART)
    webhook = {"PERENNIAL_ALERT_WEBHOOK": receiver.address}

    off = toy.run("refresh")
    assert off.returncode == 0, off.stdout + off.stderr
    assert receiver.posts == []
    assert not [line for line in off.stdout.splitlines() if line.lower().startswith("alerts")]
    assert toy.last_run["alerts"] == {}
    assert not toy.settings.alert_deliveries_file.exists()

    receiver.script = [503] * 8
    down = toy.run("refresh", **webhook)
    assert down.returncode == 0, down.stdout + down.stderr
    assert toy.last_run["outcome"] == "published"
    assert toy.last_run["published_run_id"] == toy.last_run["run_id"]
    assert any("answered 503; 2 alerts not sent yet" in text for text in toy.last_run["warnings"])
    assert "Alerts: 2 waiting; see Warnings" in down.stdout
    waiting = toy.run("send-alerts", **webhook)
    assert (waiting.returncode, waiting.stdout) == (1, "alerts: 2 waiting\n")
    assert "answered 503; 2 alerts not sent yet" in waiting.stderr
    assert receiver.taken == []

    receiver.script = [503, 503]
    up = toy.run("refresh", **webhook)
    assert up.returncode == 0, up.stdout + up.stderr
    assert sorted(receiver.taken) == ["a1", "a2"]
    assert toy.last_run["alerts"]["sent"] == 2
    assert "Alerts: 2 sent\n" in up.stdout

    sent = len(receiver.posts)
    by_hand = toy.run("send-alerts", **webhook)
    assert (by_hand.returncode, by_hand.stdout) == (0, "alerts: none to send\n")
    assert "Alerts:     2 sent" in toy.run("status").stdout
    assert len(receiver.posts) == sent
    told = "".join(done.stdout + done.stderr for done in (off, down, waiting, up, by_hand))
    told += toy.settings.last_run_file.read_text()
    assert SECRET not in told


def test_an_error_nobody_foresaw_leaves_the_run_published_and_keeps_the_address_to_itself(
    toy, receiver: Receiver, monkeypatch
):
    def fail(*_):
        raise RuntimeError(receiver.address)

    monkeypatch.setattr("orchestration.alerts.sending.send_new_alerts", fail)
    done = toy.run("refresh", PERENNIAL_ALERT_WEBHOOK=receiver.address)
    assert done.returncode == 0, done.stdout + done.stderr
    (warning,) = [text for text in toy.last_run["warnings"] if text.startswith("alerts")]
    assert "sending them failed by RuntimeError; none were sent" in warning
    assert SECRET not in done.stdout + done.stderr + toy.settings.last_run_file.read_text()


def test_an_interrupt_while_the_receiver_is_waited_for_does_not_unpublish(
    toy, receiver: Receiver, monkeypatch
):
    outcomes = []

    def interrupt(*_):
        outcomes.append(toy.last_run["outcome"])  # what stays on the disk should it be killed here
        raise KeyboardInterrupt

    monkeypatch.setattr("orchestration.alerts.sending.send_new_alerts", interrupt)
    done = toy.run("refresh", PERENNIAL_ALERT_WEBHOOK=receiver.address)
    assert done.returncode == 0
    assert outcomes == ["published"]
    assert toy.last_run["outcome"] == "published"
    assert toy.last_run["reasons"] == []


def test_an_interrupt_after_the_publish_leaves_the_record_as_it_is(toy):
    record = RunRecord("run", datetime.now(UTC))
    refresh = Refresh(toy.settings, record, toy.runner, Progress(is_silent=True))
    refresh.published = Published("run", {}, {}, [])
    record.close(PUBLISHED, [])
    with pytest.raises(KeyboardInterrupt), refresh.guard():
        raise KeyboardInterrupt
    assert (record.outcome, record.reasons) == ("published", [])
