"""Checks of this project that dbt-bouncer does not bring along; `dbt-bouncer.yml` turns them on."""

import re
from pathlib import Path

from dbt_bouncer.check_framework.decorator import check, fail

# What adapter.dispatch chooses from: `duckdb__json_text` is an implementation of `json_text`.
IMPLEMENTATION = re.compile(r"^(?P<engine>[a-z0-9]+)__(?P<name>\w+)$")


def _public_name(macro_name: str) -> str:
    implementation = IMPLEMENTATION.match(macro_name)
    return implementation["name"] if implementation else macro_name.removeprefix("test_")


@check
def check_macro_stands_in_its_file(macro):
    """A macro or generic test stands in the file of its name, with its implementations."""
    path = Path(macro.original_file_path.replace("\\", "/"))
    if _public_name(macro.name) != path.stem:
        fail(f"`{macro.name}` stands in {path}, not in {_public_name(macro.name)}.sql.")


@check
def check_macro_is_documented(macro):
    """A macro has a description, and so has each argument that its YAML lists or its code takes.

    Implementations that adapter.dispatch chooses from are described by the macro they implement. A
    generic test describes its arguments in its text: dbt knows none for it and warns of any listed.
    """
    if IMPLEMENTATION.match(macro.name):
        return
    if len((macro.description or "").strip()) < 4:
        fail(f"`{macro.name}` has no description in the properties file of its folder.")
    described = {argument.name for argument in macro.arguments if argument.description}
    taken = _argument_names(macro.macro_sql)
    missing = [name for name in taken if name not in described]
    if missing:
        fail(f"`{macro.name}` has arguments without a description: {', '.join(missing)}.")


@check
def check_raw_tables_are_read_by_staging(model, *, sources_for_all: list[str]):
    """Outside staging, a model reads no source but those that are there for all."""
    nodes = [node.split(".") for node in model.depends_on.nodes or []]
    raw_tables = [
        f"{node[2]}.{node[3]}"
        for node in nodes
        if node[0] == "source" and node[2] not in sources_for_all
    ]
    if raw_tables:
        fail(f"`{model.name}` reads {', '.join(raw_tables)}.")


@check
def check_unit_test_is_a_sentence(unit_test, *, min_words: int = 4):
    """A unit test is named as a sentence: `a_return_after_a_gap_is_a_reactivation`."""
    words = unit_test.name.split("_")
    if len(words) < min_words or not all(re.fullmatch(r"[a-z0-9]+", word) for word in words):
        fail(f"Unit test `{unit_test.name}` is not a sentence of lower-case words.")


@check
def check_properties_files_are_short(*, max_number_of_lines: int = 300, folder: str = "models"):
    """A properties file that has grown past this holds more than one thing."""
    long_files = [
        f"{path} ({lines})"
        for path in sorted(Path(folder).rglob("*.yml"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > max_number_of_lines
    ]
    if long_files:
        fail(f"Longer than {max_number_of_lines} lines: {', '.join(long_files)}.")


def _argument_names(macro_sql: str) -> list[str]:
    """Names between the brackets of `{% macro name(...) %}`, without their defaults."""
    head = re.search(r"{%-?\s*macro\s+\w+\s*\((?P<inside>.*?)\)\s*-?%}", macro_sql, re.S)
    if not head or not head["inside"].strip():
        return []
    inside = re.sub(r"'[^']*'|\"[^\"]*\"", "", head["inside"])
    names, depth, name = [], 0, ""
    for character in inside + ",":
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            names.append(name.split("=")[0].strip())
            name = ""
        else:
            name += character
    return [name for name in names if name]
