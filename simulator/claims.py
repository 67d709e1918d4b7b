"""An item's state by day as its evidence shows it: the claims of definitions.md, section 2."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from simulator.clock import DAY, add_interval
from simulator.contracts import Item, Line, State
from simulator.knowledge import View


class Claim(NamedTuple):
    """From `at` on the item has this state (None: it is gone), worth `gross` a month."""

    at: int
    order: int
    state: State | None
    gross: Fraction | None
    evidence: str
    period_end: int | None = None


class Stage(NamedTuple):
    """From `day` on: the state (None: gone), its gross MRR in native units, the evidence.

    `agreed_day` is the day of the contract event behind it.
    """

    day: int
    state: State | None
    gross: Fraction | None
    evidence: str
    agreed_day: int


def stages(item: Item, view: View) -> list[Stage]:
    """Return an item's states by day up to the view's as-of day, without repeats."""
    if item.states[0].price.is_metered or item.created > view.known:
        return []
    claims = _agreed(item, view) if view.is_agreed else _evident(item, view)
    return _fold(item, claims, view.as_of)


def _agreed(item: Item, view: View) -> list[Claim]:
    claims = [
        Claim(state.agreed, 1, state, state.price.gross_monthly(state.quantity), "agreed")
        for state in item.states
        if state.agreed <= view.known
    ]
    if item.deleted is not None and item.deleted <= view.known:
        claims.append(Claim(item.deleted, 2, None, None, "agreed"))
    return claims


def _evident(item: Item, view: View) -> list[Claim]:
    if item.subscription.account.first_sync > view.known:
        return []
    claims = _line_claims(item, view)
    rows = view.item_rows(item)
    for landing, synced in rows:
        state = item.state_at(view.moments[landing])
        claims.append(
            Claim(synced, 2, state, state.price.gross_monthly(state.quantity), "item_row")
        )
    claims.sort(key=lambda claim: (claim.at, claim.order))
    if not rows or rows[-1][0] != len(view.moments) - 1:
        claims = _ended(item, view, rows, claims)
    if rows and claims and item.created < claims[0].at:
        claims[0] = claims[0]._replace(at=item.created, evidence="created")
    return claims


def _ended(item: Item, view: View, rows: list[tuple[int, int]], claims: list[Claim]) -> list[Claim]:
    """Let an item without a row end: with its last line, or when it was seen to vanish."""
    lines = [claim for claim in claims if claim.order == 1 and claim.state is not None]
    ends = [lines[-1].period_end] if lines else []
    vanished = view.item_vanished(item, rows)
    if vanished is not None:
        ends.append(vanished * DAY)
    if not ends:
        return claims
    end = min(ends)
    kept = [claim for claim in claims if claim.at < end]
    return [*kept, Claim(end, 3, None, None, "line_end")]


def _line_claims(item: Item, view: View) -> list[Claim]:
    regular: dict[int, list[Line]] = {}
    prorations: dict[int, list[Line]] = {}
    for invoice, line in item.lines:
        if invoice.created > view.known or invoice.is_void(view.known):
            continue
        if line.kind in ("regular", "trial"):
            regular.setdefault(line.period_start, []).append(line)
        elif line.kind in ("unused", "remaining"):
            prorations.setdefault(line.period_start, []).append(line)
    claims = []
    for at, lines in regular.items():
        state = lines[0].state
        if state.price.is_tiered:
            gross = state.price.to_month(sum(line.amount for line in lines))
        else:
            gross = state.price.gross_monthly(state.quantity)
        claims.append(Claim(at, 1, state, gross, "invoice_line", lines[0].period_end))
    for at, lines in prorations.items():
        speaking = max(lines, key=lambda line: line.amount)
        if speaking.amount < 0:
            if at not in regular:
                claims.append(Claim(at, 1, None, None, "invoice_line"))
            continue
        state = speaking.state
        gross = state.price.gross_monthly(state.quantity)
        if state.price.is_tiered:
            gross = _tiered(speaking, regular)
        claims.append(Claim(at, 1, state, gross, "invoice_line", speaking.period_end))
    return claims


def _tiered(line: Line, regular: dict[int, list[Line]]) -> Fraction:
    """Return what a proration of a tiered price stands for.

    That is the next regular line at its quantity; until there is one, its own amount scaled
    to a full period.
    """
    price = line.state.price
    for at in sorted(regular):
        lines = regular[at]
        same = lines[0].state.price is price and lines[0].kind == "regular"
        if at > line.period_start and same and lines[0].state.quantity == line.quantity:
            return price.to_month(sum(each.amount for each in lines))
    full = line.period_end - add_interval(line.period_end, price.unit, -price.count)
    return price.to_month(Fraction(line.amount * full, line.period_end - line.period_start))


def _fold(item: Item, claims: list[Claim], as_of: int) -> list[Stage]:
    result: list[Stage] = []
    for claim in claims:
        day = claim.at // DAY
        if day > as_of:
            break
        current = result[-1] if result else None
        if current is None and claim.state is None:
            continue
        if current is not None and _repeats(current, claim):
            continue
        agreed = claim.state.agreed if claim.state is not None else (item.deleted or claim.at)
        stage = Stage(day, claim.state, claim.gross, claim.evidence, min(day, agreed // DAY))
        if current is not None and current.day == day:
            result.pop()
            before = result[-1] if result else None
            if before is not None and _repeats(before, claim):
                continue
            if before is None and claim.state is None:
                continue
        result.append(stage)
    return result


def _repeats(stage: Stage, claim: Claim) -> bool:
    before, after = stage.state, claim.state
    if before is None or after is None:
        return before is after
    if before.price is not after.price or before.quantity != after.quantity:
        return False
    # The row of a tiered item names price and quantity only: what was invoiced stands.
    return claim.evidence == "item_row" or stage.gross == claim.gross
