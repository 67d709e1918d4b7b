"""What the arrival checks are given: one profile per table, aggregates only."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence

from orchestration.contract import Contract, TableContract
from orchestration.landing.model import (
    Arrival,
    Arrivals,
    Load,
    MissingColumn,
    TableProfile,
    Verdict,
)
from orchestration.settings import Settings

_ALIKE = 0.5


def profile_arrivals(
    settings: Settings, contract: Contract, arrivals: Arrivals
) -> list[TableProfile]:
    """Describe every table that is in force or arriving, landed or a connector's own.

    The counting was done while reading, so this opens no file.

    Args:
        settings: dbt vars say which column beyond the contract is read.
        contract: names of tables that are profiled.
        arrivals: what `stage_arrivals` found.

    Returns:
        One profile per table of which something could be read, in the contract's order.
    """
    known = {table.source_table for table in contract.tables}
    return [
        profile
        for arrival in arrivals
        if arrival.source_table in known
        and (profile := _profile(settings, arrival, arrivals.ledger.loads)) is not None
    ]


def schema_verdict(profile: TableProfile) -> Verdict:
    """The verdict on columns alone: removed or renamed ones reject, added ones warn."""
    name = profile.source_table
    sentences = []
    if profile.missing_required:
        sentences.append(
            f"{name}: required {_columns(profile.missing_required)} missing from what arrived"
        )
    lost = [
        column
        for column in profile.lost_columns
        if column.name not in {missing.name for missing in profile.missing_required}
    ]
    if lost:
        sentences.append(f"{name}: {_columns(lost)} gone since the last accepted load")
    if sentences:
        rule = "missing_column" if profile.missing_required else "lost_column"
        return Verdict(name, "rejected", rule, f"{'; '.join(sentences)}.", profile.load_ids)
    if profile.is_new and profile.unknown_columns:
        listed = ", ".join(profile.unknown_columns)
        return Verdict(
            name, "warned", "unknown_column", f"{name}: nobody reads column {listed}; kept."
        )
    return Verdict(name, "accepted")


def _profile(
    settings: Settings, arrival: Arrival, history: dict[str, list[Load]]
) -> TableProfile | None:
    table = arrival.table
    readable = [load for load in arrival.new_loads if load.columns]
    if not readable and not arrival.in_force:
        return None
    described = readable or arrival.in_force
    earlier = history.get(table.source_table) or list(reversed(arrival.in_force))
    whole = [load for load in earlier if load.load_kind != "batch"]
    accepted = {load.load_id for load in earlier if load.load_kind == "batch"}
    judged = [load for load in readable if load.load_id not in accepted]
    carried = [str(settings.dbt_vars[table.carry]).lower()] if _carries(settings, table) else []
    unknown = table.unknown_columns(_in_any(described), carried)
    missing = _in_order(name for load in readable for name in table.missing_columns(load.columns))
    lost = _lost_columns(table, judged, earlier[0]) if earlier else []
    uncastable: Counter[str] = Counter()
    for load in readable:
        uncastable.update(load.uncastable)
    replaced = bool(readable) and any(load.load_kind != "batch" for load in readable)
    lying = readable if replaced else [*arrival.in_force, *readable]
    synced_to = [load.synced_to for load in lying if load.synced_to is not None]
    synced_from = [load.synced_from for load in lying if load.synced_from is not None]
    rows_before = whole if arrival.lands_whole else earlier
    return TableProfile(
        source_table=table.source_table,
        load_ids=tuple(load.load_id for load in readable),
        is_new=bool(readable),
        is_external=arrival.is_observed,
        lands_whole=arrival.lands_whole,
        is_required=table.is_required,
        never_stale=table.never_stale,
        columns=tuple(_in_every(described)),
        missing_required=_with_hints(missing, unknown),
        lost_columns=_with_hints(lost, unknown),
        unknown_columns=tuple(unknown),
        rows=sum(load.rows_in for load in described),
        previous_rows=rows_before[0].rows_in if rows_before else None,
        accepted_rows=tuple(load.rows_in for load in whole),
        uncastable=dict(uncastable),
        newest_synced=max(synced_to, default=None),
        oldest_synced=min(synced_from, default=None),
        unreadable_rows=sum(load.rows_unreadable for load in described),
        accepted_loads=len(earlier),
        rows_in_force=sum(load.rows_in for load in lying),
        event_days=arrival.event_days,
    )


def _carries(settings: Settings, table: TableContract) -> bool:
    return table.carry is not None and bool(settings.dbt_vars.get(table.carry))


def _lost_columns(table: TableContract, loads: Sequence[Load], last: Load) -> list[str]:
    """Contract columns of the last accepted load that one of the loads lacks."""
    before = [name for name in last.columns if name in table.columns]
    return _in_order(name for load in loads for name in before if name not in load.columns)


def _with_hints(missing: Sequence[str], unknown: Sequence[str]) -> tuple[MissingColumn, ...]:
    """Missing columns, each with the unknown column it may be called now."""
    found = []
    for name in missing:
        alike = difflib.get_close_matches(name, unknown, n=1, cutoff=_ALIKE)
        if not alike and len(missing) == len(unknown) == 1:
            alike = list(unknown)
        found.append(MissingColumn(name, alike[0] if alike else None))
    return tuple(found)


def _columns(columns: Sequence[MissingColumn]) -> str:
    names = [
        f"{column.name} (renamed to {column.looks_like}?)" if column.looks_like else column.name
        for column in columns
    ]
    return f"column {names[0]} is" if len(names) == 1 else f"columns {', '.join(names)} are"


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _in_any(loads: Sequence[Load]) -> list[str]:
    return _in_order(name for load in loads for name in load.columns)


def _in_every(loads: Sequence[Load]) -> list[str]:
    common = set.intersection(*(set(load.columns) for load in loads))
    return [name for name in loads[0].columns if name in common]
