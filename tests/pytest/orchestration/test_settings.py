"""Settings: what the environment says, and clear words where it says nonsense."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import UserError
from orchestration.settings import Settings, parse_vars


def settings(vars_text: str | None = None, **environ: str) -> Settings:
    return Settings.from_env(vars_text, environ, Path("/project"))


def test_without_any_setting_the_demo_is_refreshed_into_the_project():
    found = settings()
    assert found.home == Path("/project/warehouse")
    assert found.landing == Path("/project/seeds/raw")
    assert found.raw_file == Path("/project/warehouse/raw.duckdb")
    assert found.external_raw is None
    assert found.as_of is None
    assert found.keep_versions == 5
    assert found.alert_webhook is None


def test_a_relative_path_counts_from_where_the_command_was_called(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert settings(PERENNIAL_HOME="state").home == tmp_path / "state"


def test_a_connectors_file_takes_the_place_of_the_landed_tables():
    found = settings(PERENNIAL_RAW="/data/raw.duckdb")
    assert found.raw_file == found.external_raw == Path("/data/raw.duckdb")
    assert found.dbt_env()["PERENNIAL_RAW"] == "/data/raw.duckdb"


def test_the_day_comes_from_the_environment_or_from_a_var():
    assert settings(PERENNIAL_AS_OF="2026-09-30").as_of == date(2026, 9, 30)
    assert settings("{as_of_date: 2026-08-31}", PERENNIAL_AS_OF="2026-09-30").as_of == date(
        2026, 8, 31
    )


def test_the_address_of_a_webhook_is_never_shown():
    found = settings(PERENNIAL_ALERT_WEBHOOK=" https://alerts.example.com/T0KEN\n")
    assert found.alert_webhook == "https://alerts.example.com/T0KEN"
    assert "T0KEN" not in repr(found)
    assert settings(PERENNIAL_ALERT_WEBHOOK=" ").alert_webhook is None


@pytest.mark.parametrize(
    "text", ["{a: 1, b: x}", "a: 1\nb: x", '{"a": 1, "b": "x"}'], ids=["flow", "block", "json"]
)
def test_vars_are_given_as_dbt_takes_them(text):
    assert parse_vars(text) == {"a": 1, "b": "x"}


@pytest.mark.parametrize("text", [None, "", "  "])
def test_no_vars_are_none(text):
    assert parse_vars(text) == {}


@pytest.mark.parametrize(
    ("vars_text", "environ", "words"),
    [
        ("[a, b]", {}, "--vars takes a mapping"),
        ("{a: [", {}, "--vars is not valid YAML"),
        ("{1: a}", {}, "--vars takes a mapping"),
        (None, {"PERENNIAL_AS_OF": "30.9.2026"}, "PERENNIAL_AS_OF"),
        (None, {"PERENNIAL_KEEP_VERSIONS": "0"}, "PERENNIAL_KEEP_VERSIONS"),
        (None, {"PERENNIAL_KEEP_VERSIONS": "many"}, "PERENNIAL_KEEP_VERSIONS"),
        (None, {"PERENNIAL_PUBLISHED_MODE": "0999"}, "PERENNIAL_PUBLISHED_MODE"),
        (None, {"PERENNIAL_PUBLISHED_MODE": "0000"}, "PERENNIAL_PUBLISHED_MODE"),
    ],
)
def test_nonsense_is_named(vars_text, environ, words):
    with pytest.raises(UserError, match=words):
        settings(vars_text, **environ)
