"""The worker process: answers, breaks, and pages that fetch nothing."""

from __future__ import annotations

import json
import re

import pytest

from expectations.model import Expectation, Suite
from expectations.runner import ExpectationsError, Runner
from expectations.static_docs import static_text

SECRET = "ada@example.com"


def suite(**changes) -> Suite:
    expectation = Expectation(
        **{
            "type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "email", "value_set": ["x"]},
            "rule": "known",
            "severity": "error",
            "message": "email: unknown",
            **changes,
        }
    )
    return Suite(f"suite {json.dumps(changes)}", "people", {"email": [SECRET]}, [expectation])


def test_an_error_fails_and_a_warning_warns(runner):
    error, warning = runner.judge([suite(), suite(severity="warn")])
    assert (error.outcome, warning.outcome) == ("failed", "warned")
    assert error.subject == "people"


def test_no_value_of_a_frame_reaches_results_or_pages(tmp_path):
    with Runner(tmp_path / "gx.log") as runner:
        results = runner.judge([suite(is_private=True), suite()])
        runner.start_docs(tmp_path / "docs")
    assert SECRET not in str(results)
    pages = [path.read_text() for path in (tmp_path / "docs").rglob("*.html")]
    assert pages
    assert not any(SECRET in page for page in pages)
    fetched = re.compile(r"""(src|href)=["']?(https?:)?//|url\(['"]?https?:""")
    assert not any(fetched.search(page) for page in pages)


def test_an_expectation_that_cannot_be_judged_is_no_verdict(runner):
    absent = suite(kwargs={"column": "absent", "value_set": []})
    with pytest.raises(ExpectationsError, match=r"known.*log: .*gx\.log"):
        runner.judge([absent])
    assert len(runner.judge([suite()])) == 1  # and the next question has its own answer


def test_a_worker_that_ends_is_no_verdict(tmp_path):
    runner = Runner(tmp_path / "gx.log")
    runner.stop()
    with pytest.raises(ExpectationsError, match="ended"):
        runner.judge([suite()])


def test_what_a_browser_would_fetch_is_taken_out():
    page = (
        '<head><link rel="stylesheet" href="https://cdn.example/x.css"/>'
        '<script src="https://cdn.example/x.js"></script><script>let a = 1;</script></head>'
        "<img src='https://example/logo.png?d=now'>"
        '<a href="https://example.com">x</a><a href="page.html">y</a>'
        "<p style=\"background: url('https://example/p.png')\">z</p>"
    )
    text = static_text(page, is_page=True)
    assert "https" not in text
    assert '<a href="page.html">' in text
    assert "let a = 1;" in text
    assert "<style>" in text
