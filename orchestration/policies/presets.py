"""Presets of the MRR rules: named sets of dbt vars, as data in `presets.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestration.contract import read_yaml
from orchestration.errors import UserError

PRESETS_FILE = Path(__file__).with_name("presets.yml")
# The var that asks for a preset, and the preset that is no change at all.
PRESET = "mrr_preset"
DEFAULT = "default"


@dataclass(frozen=True)
class Rule:
    """One contested rule.

    Attributes:
        name: the dbt var.
        takes: true_or_false, word, list, days or timezone.
        words: the values of a word, or of the members of a list.
        says: the rule in a few words, for a table.
    """

    name: str
    takes: str
    words: tuple[str, ...]
    says: str

    def refuse(self, value: object) -> str | None:
        """What the rule takes, where it does not take this value."""
        match self.takes:
            case "true_or_false":
                return None if isinstance(value, bool) else "true or false"
            case "word":
                return None if value in self.words else " or ".join(self.words)
            case "list":
                is_list = isinstance(value, list) and all(word in self.words for word in value)
                return None if is_list else f"a list of some of {', '.join(self.words)}"
            case "days":
                is_days = isinstance(value, int) and not isinstance(value, bool) and value >= 0
                return None if value is None or is_days else "a number of days, or null"
            case _:
                return None if _is_timezone(value) else "a time zone like Europe/Berlin"


@cache
def rules() -> dict[str, Rule]:
    """The rules by name, in the order in which a comparison flips them."""
    return {
        name: Rule(name, entry["takes"], tuple(entry.get("of", ())), entry["says"])
        for name, entry in read_yaml(PRESETS_FILE)["rules"].items()
    }


@cache
def preset_names() -> list[str]:
    """Names that `mrr_preset` takes, `default` first."""
    return [DEFAULT, *read_yaml(PRESETS_FILE)["presets"]]


def preset_vars(name: object) -> dict[str, Any]:
    """The vars of a preset; none for `default`.

    Raises:
        UserError: there is no such preset; the text lists those there are.
    """
    if name == DEFAULT:
        return {}
    presets = read_yaml(PRESETS_FILE)["presets"]
    if not isinstance(name, str) or name not in presets:
        raise UserError(f"there is no preset {name!r}; there are {', '.join(preset_names())}")
    return dict(presets[name])


def with_preset(dbt_vars: Mapping[str, Any]) -> dict[str, Any]:
    """The vars with those of their preset filled in; what was given by itself wins.

    Args:
        dbt_vars: vars as a person gave them, perhaps with `mrr_preset` among them.

    Returns:
        the same vars and those of the preset; `mrr_preset` stays, so that a manifest tells it.

    Raises:
        UserError: an unknown preset, or a value that a rule does not take.
    """
    for name, rule in rules().items():
        takes = rule.refuse(dbt_vars[name]) if name in dbt_vars else None
        if takes:
            raise UserError(f"var {name} takes {takes}, not {dbt_vars[name]!r}")
    if dbt_vars.get(PRESET) is None:
        return {name: value for name, value in dbt_vars.items() if name != PRESET}
    return {**preset_vars(dbt_vars[PRESET]), **dbt_vars}


def _is_timezone(value: object) -> bool:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return isinstance(value, str)
