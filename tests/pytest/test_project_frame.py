"""The files that set the project up agree with each other."""

import csv
import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _blocks(text):
    """Requirement name to its lines, hashes included, comments left out."""
    blocks, name = {}, None
    for line in text.splitlines():
        if match := re.match(r"([a-z0-9][a-z0-9._-]*)==", line):
            name = match[1]
            blocks[name] = []
        if name and not line.lstrip().startswith("#"):
            blocks[name].append(line.strip(" \\"))
    return blocks


def test_the_bootstrap_is_the_installer_of_the_lock():
    bootstrap = _blocks((ROOT / "requirements-bootstrap.txt").read_text(encoding="utf-8"))

    assert list(bootstrap) == ["uv"]
    assert bootstrap["uv"] == _blocks(LOCK)["uv"]


def test_every_package_of_the_lock_has_a_hash():
    assert [name for name, lines in _blocks(LOCK).items() if "--hash=" not in lines[1]] == []


def test_every_requirement_is_in_the_lock_as_it_is_pinned():
    locked = {name: lines[0].split("==")[1].split()[0] for name, lines in _blocks(LOCK).items()}
    wanted = re.findall(
        r"^([a-z][a-z0-9-]*)(?:==(\S+))?",
        (ROOT / "requirements.in").read_text(encoding="utf-8"),
        re.M,
    )

    assert wanted
    for name, version in wanted:
        assert name in locked
        assert not version or locked[name] == version


def test_the_lock_names_no_index():
    assert "://" not in LOCK
    assert "index-url" not in LOCK.replace("--no-emit-index-url", "")


def test_the_lock_leaves_out_what_downloads_from_a_code_host():
    assert "experimental-parser" not in "\n".join(_blocks(LOCK))


def test_every_make_target_says_what_it_does():
    targets = re.findall(
        r"^\.PHONY: ([a-z-]+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M
    )
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    described = re.findall(r"^  make ([a-z-]+)", shown.stdout, re.M)

    assert set(described) == set(targets) - {"help"}


def test_every_figure_has_its_definition_among_the_decisions():
    with (ROOT / "seeds" / "reference" / "kpi_definitions.csv").open(encoding="utf-8") as file:
        wanted = [row["definition_id"] for row in csv.DictReader(file)]
    decisions = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
    anchors = re.findall(r'<a id="(kpi-[a-z0-9-]+)"></a>', decisions)

    assert wanted
    assert sorted(anchors) == sorted(wanted)


def _conventions():
    path = ROOT / ".ci" / "bouncer" / "manifest" / "conventions.py"
    spec = importlib.util.spec_from_file_location("conventions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("{% macro plain() %}", []),
        ("{% macro one(column) -%}", ["column"]),
        ("{%- macro many(a, b=[1, 2], c={'x': f(1, 2)}, d='p, q') %}", ["a", "b", "c", "d"]),
        # dbt warns of arguments listed for a generic test: its text describes them.
        ("{% test unique_key(model, columns, nullable=[]) %}", []),
    ],
)
def test_the_arguments_of_a_macro_are_read_from_its_head(head, names):
    assert _conventions()._argument_names(f"{{# a comment #}}\n{head}\nselect 1") == names
