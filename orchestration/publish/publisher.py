"""Publish a run: history first, then the version, then the link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.publish import history, links, versions
from orchestration.settings import Settings


@dataclass(frozen=True)
class Published:
    """What a publish did.

    Attributes:
        manifest: content of the version's manifest.
        remembered: table of history to rows added.
        pruned: run ids of versions that had to go.
    """

    run_id: str
    manifest: dict[str, Any]
    remembered: dict[str, int]
    pruned: list[str]


def publish(
    settings: Settings,
    facts: history.RunFacts,
    checks: Sequence[versions.QualityRow],
    pay_refusals: Sequence[str] = (),
) -> Published:
    """Publish the finished build; with `pay_refusals` the pay file stays the one before.

    A crash before the switch leaves readers with the last version; what history then holds
    already is a set, and the next publish adds it without effect.
    """
    settings.published_dir.mkdir(parents=True, exist_ok=True)
    history.back_up(settings, facts.run_id)
    remembered = history.append(settings, facts)
    pay = versions.PayState(
        links.pay_run(settings) if pay_refusals else facts.run_id, list(pay_refusals)
    )
    manifest = versions.write_version(settings, facts, checks, pay)
    links.switch_to(settings, facts.run_id)
    pruned = versions.prune(settings, facts.run_id)
    return Published(facts.run_id, manifest, remembered, pruned)


def clear_leftovers(settings: Settings) -> None:
    """Remove what a killed publish left; called under the lock."""
    versions.remove_leftovers(settings)
    links.remove_stray_links(settings)
