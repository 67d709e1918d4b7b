"""Alerts leave once each: what is sent, when it is sent again, and when never."""

from __future__ import annotations

import itertools
import logging
import socket
import ssl
import stat
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import urllib3

from alerts.conftest import TODAY, alert, elsewhere
from alerts.receiver import BREAK_OFF, HANG, SECRET
from orchestration.alerts import webhook as webhook_module
from orchestration.alerts.webhook import COLUMNS
from orchestration.errors import UserError
from orchestration.settings import PROJECT_DIR


def test_a_receiver_that_fails_twice_and_then_accepts_gets_each_alert_once(two_alerts, receiver):
    receiver.script = [503, 503]
    done = two_alerts.send()
    assert receiver.asked == ["a1", "a1", "a1", "a2"]
    assert receiver.taken == ["a1", "a2"]
    assert (done.sent, done.waiting, done.warnings) == (2, 0, [])
    assert two_alerts.slept == [1.0, 2.0]
    again = two_alerts.send()
    assert again.summary == "none to send"
    assert len(receiver.posts) == 4


def test_only_ids_days_and_the_rule_leave(two_alerts, receiver):
    two_alerts.send()
    path, headers, body, _ = receiver.posts[0]
    assert body == {
        "alert_id": "a1",
        "rule": "A2",
        "subject_type": "account",
        "subject_id": "001A",
        "account_id": "001A",
        "csm_id": "E002",
        "owner": "csm",
        "mrr_at_risk": 135.76,
        "opened_date": "2026-09-30",
        "due_date": "2026-10-01",
    }
    assert set(body) == set(COLUMNS)
    assert headers["Idempotency-Key"] == "a1"
    assert headers["Content-Type"] == "application/json"
    assert path == f"/hook/{SECRET}"


def test_an_id_that_looks_like_an_e_mail_address_does_not_leave(home, receiver):
    home.publish([alert("a1", subject_id="ada@example.com", account_id="ada@example.com")])
    done = home.send()
    assert receiver.posts == []
    assert home.states == {"withheld": 1}
    (warning,) = done.warnings
    assert "1 alert will not be sent" in warning
    assert "ada@" not in warning
    assert home.send().warnings == []


def test_the_first_time_only_the_last_judged_day_leaves_and_then_what_is_new(home, receiver):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    old = [alert(f"old{number}", opened_date=yesterday) for number in range(3)]
    home.publish([*old, alert("a1")])
    home.send()
    assert receiver.taken == ["a1"]
    home.publish([*old, alert("a1"), alert("a2", opened_date=tomorrow)], tomorrow)
    home.send()
    assert receiver.taken == ["a1", "a2"]


def test_a_suppressed_alert_does_not_leave(home, receiver):
    home.publish([alert("a1", suppressed_reason="late_load"), alert("a2")])
    home.send()
    assert receiver.taken == ["a2"]


def test_a_receiver_that_is_down_loses_nothing(two_alerts, receiver):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/{SECRET}"
    done = elsewhere(two_alerts, nobody).send()
    assert (done.sent, done.waiting) == (0, 2)
    (warning,) = done.warnings
    assert "could not be reached; 2 alerts not sent yet" in warning
    assert two_alerts.slept == [1.0, 2.0, 4.0]
    two_alerts.send()
    assert sorted(receiver.taken) == ["a1", "a2"]
    assert two_alerts.states == {"sent": 2}


def test_a_receiver_without_encryption_has_taken_nothing_and_leaves_nothing_in_doubt(
    two_alerts, receiver
):
    done = elsewhere(two_alerts, receiver.address.replace("http:", "https:")).send()
    assert (done.sent, done.waiting, done.unknown) == (0, 2, [])
    assert "does not speak https" in done.warnings[0]
    assert two_alerts.send().sent == 2


def test_a_certificate_that_is_not_trusted_is_for_a_person_to_look_at(two_alerts, monkeypatch):
    def refuse(*_, **__):
        raise urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))

    monkeypatch.setattr(urllib3.PoolManager, "request", refuse)
    done = two_alerts.send()
    assert two_alerts.slept == []  # asking again would not help
    assert done.waiting == 2
    assert "has a certificate that this machine does not trust" in done.warnings[0]


def test_a_receiver_that_keeps_failing_is_asked_four_times_and_then_left_alone(
    two_alerts, receiver
):
    receiver.script = [500] * 9
    done = two_alerts.send()
    assert receiver.asked == ["a1"] * 4
    assert (done.sent, done.waiting) == (0, 2)
    assert "answered 500; 2 alerts not sent yet" in done.warnings[0]


def test_an_alert_on_its_way_when_the_process_ended_is_reported_and_not_sent_again(
    two_alerts, receiver
):
    receiver.script = [404] * 2
    two_alerts.send()
    receiver.posts.clear()
    two_alerts.publish([alert("a1"), alert("a2"), alert("a3")])
    two_alerts.crash_while_sending("a3")
    done = two_alerts.send()
    assert sorted(receiver.taken) == ["a1", "a2"]
    assert done.interrupted == ["a3"]
    (warning,) = done.warnings
    assert "ended while it was sending; whether 1 alert arrived is not known (a3)" in warning
    assert two_alerts.states == {"sent": 2, "unknown": 1}
    assert two_alerts.send().warnings == []
    assert len(receiver.posts) == 2


def test_every_attempt_is_on_record_before_it_is_made(two_alerts, receiver, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(webhook_module.Webhook, "post", killed)
    with pytest.raises(KeyboardInterrupt):
        two_alerts.send()
    assert two_alerts.states == {"sending": 1}
    monkeypatch.undo()
    assert two_alerts.send().interrupted == ["a1"]
    assert receiver.taken == ["a2"]


def test_a_killed_sender_leaves_its_alert_unknown_and_the_others_to_the_next_step(
    two_alerts, receiver
):
    receiver.script, receiver.hang_seconds = [HANG], 3.0
    settings = two_alerts.settings
    code = (
        "import sys, pathlib; from orchestration.settings import Settings; "
        "from orchestration.alerts.sending import send_new_alerts; "
        "home, address = sys.argv[1:]; path = pathlib.Path(home); "
        "send_new_alerts(Settings(path, path, path, alert_webhook=address), 'killed')"
    )
    sender = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.home), receiver.address], cwd=PROJECT_DIR
    )
    while not receiver.posts:
        assert sender.poll() is None
        time.sleep(0.02)
    sender.kill()
    sender.wait()
    done = two_alerts.send()
    assert done.interrupted == ["a1"]
    assert receiver.asked == ["a1", "a2"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (BREAK_OFF, "broke the connection off"),
        (HANG, "gave no answer in time"),
        (502, "is behind a gateway that answered 502"),
        (504, "is behind a gateway that answered 504"),
    ],
)
def test_what_may_have_arrived_is_not_sent_again_by_itself(
    two_alerts, receiver, monkeypatch, answer, words
):
    monkeypatch.setattr(webhook_module, "TIMEOUT", urllib3.Timeout(connect=5, read=0.1))
    receiver.script = [answer]
    done = two_alerts.send()
    assert done.unknown == ["a1"]
    assert done.waiting == 1  # one in doubt is enough: the step ends
    (warning,) = (text for text in done.warnings if "not known" in text)
    assert words in warning
    assert "whether 1 alert arrived is not known (a1): not sent again by itself" in warning
    two_alerts.send()
    assert receiver.asked == ["a1", "a2"]


def test_a_person_may_have_the_unknown_ones_sent_again(two_alerts, receiver):
    receiver.script = [BREAK_OFF]
    two_alerts.send()
    two_alerts.send()
    done = two_alerts.send(with_unknown=True)
    assert done.sent == 1
    assert receiver.asked == ["a1", "a2", "a1"]
    assert two_alerts.states == {"sent": 2}


def test_a_refusal_is_not_repeated_within_a_step_nor_for_ever(home, receiver):
    home.publish([alert(f"a{number}") for number in range(5)])
    receiver.script = [400] * 99
    done = home.send()
    assert receiver.asked == ["a0", "a1", "a2"]  # three in a row are the receiver's
    assert done.waiting == 5
    assert home.slept == []
    assert "answered 400 (see whether PERENNIAL_ALERT_WEBHOOK is the address" in done.warnings[0]
    home.publish([alert(f"a{number}") for number in range(5)], TODAY + timedelta(days=15))
    done = home.send()
    assert len(receiver.posts) == 3
    assert done.expired == 5
    assert "5 alerts opened more than 14 days ago" in done.warnings[0]
    assert home.send().warnings == []


def test_one_refused_alert_does_not_hold_up_the_others(two_alerts, receiver):
    receiver.script = [422]
    done = two_alerts.send()
    assert receiver.taken == ["a2"]
    assert (done.sent, done.waiting) == (1, 1)


def test_a_redirect_is_not_followed(two_alerts, receiver):
    receiver.script = [(307, {"Location": "/elsewhere"})] * 9
    done = two_alerts.send()
    assert {path for path, *_ in receiver.posts} == {f"/hook/{SECRET}"}
    assert done.sent == 0
    assert "a redirect, which is not followed" in done.warnings[0]


def test_a_receiver_that_asks_to_wait_is_given_its_time_up_to_a_bound(two_alerts, receiver):
    receiver.script = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "45"})]
    done = two_alerts.send()
    assert two_alerts.slept == [7.0]
    assert (done.sent, done.waiting) == (0, 2)


def test_a_step_ends_when_its_time_is_up_and_the_rest_waits(two_alerts, receiver):
    minutes = itertools.count(step=40.0)
    done = two_alerts.send(clock=lambda: next(minutes))
    assert receiver.taken == ["a1"]
    assert "time was up; 1 alert not sent yet" in done.warnings[0]
    two_alerts.send()
    assert receiver.taken == ["a1", "a2"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://alerts.example.com/hook", "must begin with https://"),
        ("ftp://127.0.0.1/hook", "must begin with https://"),
        ("http://127.0.0.1.example.com/hook", "must begin with https://"),
        ("http://127.0.0.1@alerts.example.com/hook", "must begin with https://"),
        ("alerts.example.com", "is no address"),
        ("https://", "is no address"),
        ("https://[::1", "is no address"),
        ("https://alerts.example.com/a hook", "is no address"),
    ],
)
def test_an_address_that_would_not_be_private_is_refused(two_alerts, address, words):
    with pytest.raises(UserError, match=words) as refused:
        elsewhere(two_alerts, address).send()
    assert "example" not in str(refused.value)
    assert not two_alerts.settings.alert_deliveries_file.exists()


def test_a_proxy_of_the_environment_is_used_but_never_on_the_way_to_this_machine(
    two_alerts, receiver, monkeypatch
):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    two_alerts.send()
    assert receiver.taken == ["a1", "a2"]
    outside = webhook_module.Webhook("https://alerts.example.com/hook")
    assert "through the proxy" in outside.post(dict.fromkeys(COLUMNS, "a")).words


def test_the_address_is_in_no_log_and_no_file_and_the_record_is_private(
    two_alerts, receiver, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    receiver.script = [503, (307, {"Location": "/x"}), BREAK_OFF]
    port = receiver.address.split(":")[2].split("/")[0]
    told = [
        *two_alerts.send().warnings,
        repr(two_alerts.settings),
        caplog.text,
        *capfd.readouterr(),
    ]
    files = [path for path in two_alerts.settings.home.rglob("*") if path.is_file()]
    told += [path.read_bytes().decode("latin-1") for path in files]
    assert two_alerts.settings.alert_deliveries_file in files
    assert not [text for text in told if SECRET in text or f":{port}" in text]
    mode = stat.S_IMODE(two_alerts.settings.alert_deliveries_file.stat().st_mode)
    assert mode == 0o600


def test_without_an_address_nothing_is_sent_and_nothing_recorded(two_alerts, receiver):
    with pytest.raises(UserError, match="is not set, so alerts stay in the warehouse"):
        elsewhere(two_alerts, None).send()
    assert receiver.posts == []
    assert not two_alerts.settings.alert_deliveries_file.exists()


def test_a_damaged_record_sends_nothing(two_alerts, receiver):
    two_alerts.settings.alert_deliveries_file.write_bytes(b"no duckdb file" * 100)
    with pytest.raises(UserError, match=r"alert_deliveries\.duckdb could not be opened"):
        two_alerts.send()
    assert receiver.posts == []


def test_names_and_passwords_of_an_address_go_as_a_header(two_alerts, receiver):
    elsewhere(two_alerts, receiver.address.replace("//", "//me:p%40ss@")).send()
    assert receiver.posts[0][1]["Authorization"] == "Basic bWU6cEBzcw=="  # me:p@ss
    assert receiver.taken == ["a1", "a2"]
