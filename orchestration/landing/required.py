"""Which tables a run cannot do without, and which of them are not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orchestration.contract import Contract, TableContract
from orchestration.landing.model import Load, Rejection


def missing_tables(
    contract: Contract,
    landed: set[str],
    held: Mapping[str, list[Load]],
    remembered: set[str],
    looked_for: Callable[[TableContract], str],
) -> list[Rejection]:
    """Required tables that are neither landed nor held.

    A set of which any table is there must be there as a whole; at least one set must be. Where one
    table of a group is enough, the group is there with any of them. A log of batches that was
    loaded before need not bring a new batch; a table that landed whole must land again.

    Args:
        landed: tables in this landing (or in the connector's file).
        held: loads in force by table.
        remembered: tables the ledger knows.
        looked_for: where a table was looked for, as the end of a sentence.
    """
    log_tables = {
        name
        for name, loads in held.items()
        if loads and all(load.load_kind == "batch" for load in loads)
    }
    available = landed | log_tables
    seen_before = {name for name, loads in held.items() if loads} | remembered
    missing = []
    sets = contract.required_sets()
    touched = {
        name
        for name, tables in sets.items()
        if any(table.source_table in available | seen_before for table in tables)
    }
    for name in touched:
        missing += [
            _missing(table, others, seen_before, looked_for)
            for table, others in _absent(sets[name], available)
        ]
    if sets and not touched:
        wanted = "; or ".join(
            ", ".join(table.source_table for table in tables) for tables in sets.values()
        )
        first = next(iter(sets.values()))[0]
        missing.append(
            Rejection(
                first.source_table,
                "missing_table",
                f"There is no billing data: one of these sets must be there: {wanted}. "
                f"The first was looked for as {looked_for(first)}.",
                is_required=True,
            )
        )
    return missing


def _absent(
    tables: list[TableContract], available: set[str]
) -> list[tuple[TableContract, list[TableContract]]]:
    """Absent tables of a set, a group once, with the other tables of the group."""
    absent = []
    done: set[str] = set()
    for table in tables:
        group = table.required_one_of
        if group is None:
            if table.source_table not in available:
                absent.append((table, []))
        elif group not in done:
            done.add(group)
            members = [other for other in tables if other.required_one_of == group]
            if not any(member.source_table in available for member in members):
                absent.append((table, [other for other in members if other is not table]))
    return absent


def _missing(
    table: TableContract,
    others: list[TableContract],
    seen_before: set[str],
    looked_for: Callable[[TableContract], str],
) -> Rejection:
    names = " or ".join([table.source_table, *(other.source_table for other in others)])
    message = f"Required table {names} is missing: looked for {looked_for(table)}."
    if table.source_table in seen_before:
        message += " It was there before."
    return Rejection(table.source_table, "missing_table", message, is_required=True)
