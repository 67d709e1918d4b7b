"""The command line: exit codes, and never a traceback."""

from __future__ import annotations

import pytest

from orchestration import cli, commands
from orchestration.errors import BlockedError, UserError


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("PERENNIAL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PERENNIAL_DEBUG", raising=False)
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (BlockedError(["stripe.price is missing"]), 2, "blocked: stripe.price is missing"),
        (UserError("no such folder"), 1, "perennial: no such folder"),
        (RuntimeError("a bug"), 1, "perennial: RuntimeError: a bug"),
        (KeyboardInterrupt(), 1, "interrupted"),
    ],
)
def test_errors_are_one_line_and_a_code(monkeypatch, capsys, error, code, words):
    def fail(*_):
        raise error

    monkeypatch.setattr(commands, "status", fail)
    assert cli.main(["status"]) == code
    assert words in capsys.readouterr().err


def test_an_unknown_command_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["refesh"])
    assert end.value.code == 2
    assert "refesh" in capsys.readouterr().err


def test_prepare_creates_what_a_bare_dbt_build_attaches(home, capsys):
    assert cli.main(["prepare"]) == 0
    assert {path.name for path in home.iterdir()} >= {
        "raw.duckdb",
        "run.duckdb",
        "history.duckdb",
    }


def test_status_before_the_first_refresh_says_what_to_do(capsys):
    assert cli.main(["status"]) == 0
    assert "make refresh" in capsys.readouterr().out


def test_nothing_can_be_closed_or_verified_before_the_first_refresh(capsys):
    assert cli.main(["close-quarter", "2026Q3"]) == 1
    assert "run `perennial refresh` first" in capsys.readouterr().err
    assert cli.main(["close-quarter"]) == 1
    assert "name one like 2026Q3" in capsys.readouterr().err
    assert cli.main(["verify-comp"]) == 0
    assert "no quarter is closed yet" in capsys.readouterr().out


def test_dbt_may_not_write_the_target_of_the_refresh(capsys):
    assert cli.main(["dbt", "--", "build", "--target", "prod"]) == 1
    assert "only `perennial refresh` writes target prod" in capsys.readouterr().err


def test_an_approval_is_noted(home, capsys):
    assert cli.main(["approve", "abc", "--by", "Ada", "--why", "checked"]) == 0
    assert '"load_id": "abc"' in (home / "approvals.jsonl").read_text()


def test_clean_keeps_what_cannot_be_made_again(home, capsys):
    cli.main(["prepare"])
    (home / "build.duckdb").touch()
    (home / "notes.txt").write_text("mine")
    assert cli.main(["clean"]) == 0
    names = {path.name for path in home.iterdir()}
    assert {"history.duckdb", "raw.duckdb", "notes.txt"} <= names
    assert "build.duckdb" not in names
    assert cli.main(["clean", "--all"]) == 0
    names = {path.name for path in home.iterdir()}
    assert "history.duckdb" not in names
    assert "notes.txt" in names
