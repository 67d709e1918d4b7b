"""`perennial compare-definitions A B`: the same months under two sets of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.contract import read_yaml
from orchestration.errors import UserError
from orchestration.policies.attribution import Flip, Part, attribute, by_rule, flips
from orchestration.policies.presets import PRESET, preset_names, preset_vars, rules, with_preset
from orchestration.policies.scratch import scratch_build
from orchestration.settings import Settings, parse_vars
from orchestration.terminal import Progress

LONGEST_NAME = 24
# Vars that a run sets for itself.
OF_A_RUN = ("as_of_date", "run_id", PRESET)


@dataclass(frozen=True)
class Side:
    """One of the two definitions.

    Attributes:
        label: how a person calls it.
        name: the same where it fits over a column, else A or B.
        values: value of every rule.
    """

    label: str
    name: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Two definitions side by side.

    Attributes:
        steps: the rules on which they differ, in the order in which they were flipped.
        parts: every figure by rule; empty where no rule differs.
        file: parquet file with the parts; None where there are none.
    """

    a: Side
    b: Side
    as_of: date
    currency: str
    steps: list[Flip]
    parts: list[Part]
    file: Path | None


def compare(settings: Settings, a: str, b: str, progress: Progress) -> Comparison:
    """Build A, flip one rule after the other until B is reached, and attribute the steps.

    Nothing of the home changes but its folder `comparisons`; the caller holds the lock.

    Raises:
        UserError: an unknown preset or rule, nothing accepted yet, or a model that cannot be built.
    """
    as_of = _as_of(settings)
    shared = _shared_vars(settings)
    side_a = _side("A", a, shared, settings.dbt_vars)
    side_b = _side("B", b, shared, settings.dbt_vars)
    steps = flips(list(rules()), side_a.values, side_b.values)
    parts: list[Part] = []
    file = None
    if steps:
        dbt_vars = {**shared, **side_a.values, "as_of_date": as_of.isoformat()}
        with scratch_build(settings) as build:
            with progress.step("build", side_a.name):
                chain = [build.figures(dbt_vars)]
            for step in steps:
                dbt_vars[step.rule] = step.after
                with progress.step("flips", step.rule) as notes:
                    chain.append(build.figures(dbt_vars))
                    notes.append(f"{shown(step.before)} -> {shown(step.after)}")
        parts = attribute(steps, chain)
        file = settings.comparisons_dir / f"{_slug(side_a.label)}_{_slug(side_b.label)}.parquet"
        write_parts(file, parts)
    currency = str(shared["reporting_currency"]).upper()
    return Comparison(side_a, side_b, as_of, currency, steps, parts, file)


def write_parts(file: Path, parts: Sequence[Part]) -> None:
    """Write the parts in long form; a file of the same name is replaced in one step."""
    from orchestration.publish.database import connect, literal

    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}")
    with connect() as connection:
        connection.execute(
            "create table parts (month date, metric varchar, rule varchar, "
            "mrr_a decimal(18, 2), mrr_b decimal(18, 2), difference decimal(18, 2))"
        )
        rows = [
            (part.month, part.metric, part.rule, part.mrr_a, part.mrr_b, part.difference)
            for part in parts
        ]
        if rows:
            connection.executemany("insert into parts values (?, ?, ?, ?, ?, ?)", rows)
        connection.execute(f"copy parts to {literal(str(aside))} (format parquet)")
    aside.replace(file)


def describe(comparison: Comparison) -> list[str]:
    """The comparison as lines for the terminal."""
    a, b, steps = comparison.a.name, comparison.b.name, comparison.steps
    if not steps:
        return [f"{a} and {b} agree on every rule: there is nothing to compare"]
    legend = [
        f"  {side.name}: {side.label}"
        for side in (comparison.a, comparison.b)
        if side.name != side.label
    ]
    names = [step.rule for step in steps]
    rule_rows = [
        [step.rule, rules()[step.rule].says, shown(step.before), shown(step.after)]
        for step in steps
    ]
    return [
        "",
        f"MRR under {a} and under {b}, in {comparison.currency}, as of {comparison.as_of}",
        *legend,
        "",
        *table(["rule", "", a, b], rule_rows, words=4),
        "",
        "Closing MRR: months with a difference, and the part of each rule",
        *table(["month", a, *names, b], _month_rows(comparison, "closing_mrr"), words=1),
        "",
        "Movements over all months, and the part of each rule",
        *table(["movement", a, *names, b], _movement_rows(comparison), words=1),
        "",
        f"Each part is the step across one flip, in the order of the rules above. All figures: "
        f"{comparison.file}",
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> list[str]:
    """Lines of a table; the first `words` columns are text, the others are numbers."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if column < words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [head, *rows]
    ]


def shown(value: object) -> str:
    """A var's value as a person reads it."""
    if value is None:
        return "none"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _month_rows(comparison: Comparison, metric: str) -> list[list[str]]:
    of_month: dict[date, list[Part]] = {}
    for part in comparison.parts:
        if part.metric == metric:
            of_month.setdefault(part.month, []).append(part)
    rows = [
        [
            f"{month:%Y-%m}",
            f"{parts[0].mrr_a:,.2f}",
            *(_signed(part.difference) for part in parts),
            f"{parts[0].mrr_b:,.2f}",
        ]
        for month, parts in of_month.items()
        if any(part.difference for part in parts)
    ]
    return rows or [["none", *[""] * (len(comparison.steps) + 2)]]


def _movement_rows(comparison: Comparison) -> list[list[str]]:
    rows = []
    metrics = dict.fromkeys(part.metric for part in comparison.parts)
    for metric in metrics:
        if metric in ("opening_mrr", "closing_mrr"):
            continue  # balances: they do not add up over months
        parts = [part for part in comparison.parts if part.metric == metric]
        one_rule = [part for part in parts if part.rule == comparison.steps[0].rule]
        totals = by_rule(parts, metric)
        rows.append(
            [
                metric.removesuffix("_mrr"),
                f"{sum(part.mrr_a for part in one_rule):,.2f}",
                *(_signed(totals[step.rule]) for step in comparison.steps),
                f"{sum(part.mrr_b for part in one_rule):,.2f}",
            ]
        )
    return rows


def _signed(amount: Decimal) -> str:
    return f"{amount:+,.2f}" if amount else "."


def _as_of(settings: Settings) -> date:
    """The day that the last accepted rows speak for."""
    from orchestration.publish.database import attach, connect

    nothing = f"nothing was accepted yet in {settings.home}: run `perennial refresh` first"
    if not (settings.raw_file.exists() and settings.run_file.exists()):
        raise UserError(nothing)
    with connect() as connection:
        attach(connection, settings.run_file, "facts")
        row = connection.execute("select max(as_of_date) from facts.run.runs").fetchone()
    day = settings.as_of or (row[0] if row else None)
    if day is None:
        raise UserError(nothing)
    return day


def _shared_vars(settings: Settings) -> dict[str, Any]:
    """Vars of the project, then those that the published version was built with."""
    from orchestration.publish.links import current_manifest

    project = read_yaml(settings.project_dir / "dbt_project.yml").get("vars") or {}
    published: Any = (current_manifest(settings) or {}).get("vars") or {}
    kept = {name: value for name, value in published.items() if name not in rules()}
    shared = {**project, **kept, **settings.dbt_vars}
    return {name: value for name, value in shared.items() if name not in OF_A_RUN}


def _side(letter: str, text: str, shared: Mapping[str, Any], given: Mapping[str, Any]) -> Side:
    """A preset by name, or rules as a mapping; what was given for both sides wins."""
    text = text.strip()
    if not text:
        raise UserError(f"side {letter} is empty; it takes one of {', '.join(preset_names())}")
    if text.startswith("{"):
        own = parse_vars(text)
        unknown = sorted(set(own) - set(rules()) - {PRESET})
        if unknown:
            raise UserError(
                f"compare-definitions compares {', '.join(rules())}; not {', '.join(unknown)} "
                "(a var that holds on both sides goes into --vars)"
            )
        own = with_preset(own)
        label = ", ".join(f"{name}={shown(value)}" for name, value in parse_vars(text).items())
    else:
        own, label = preset_vars(text), text
    values = {**shared, **own, **given}
    name = label if len(label) <= LONGEST_NAME else letter
    return Side(label, name, {rule: values.get(rule) for rule in rules()})


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60]
