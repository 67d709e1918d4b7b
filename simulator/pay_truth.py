"""Compensation of a simulated company: what its books, its people and its plans come to."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from simulator.clock import DAY
from simulator.compensation import Compensation
from simulator.knowledge import View
from simulator.pay_facts import Facts, Move
from simulator.pay_holders import Holders, Part, Person
from simulator.pay_plan import REFERENCE
from simulator.success import Success
from simulator.truth import Ledger


def true_compensation(
    success: Success, view: View, method: str = "event_date_owner"
) -> Compensation:
    """Return lines, books and statements as of the end of a view's last landing.

    Everything that was entered up to the end of the company's life has to be known to the view.
    """
    ledger = Ledger(view)
    pay, plan = success.pay, REFERENCE.by(method)
    return Compensation(
        Facts(
            holders=_holders(success, view),
            plans={each.plan: plan for each in pay.assignments},
            assignments=pay.assignments,
            moves=[Move(e.account, e.day, e.kind, e.change) for e in ledger.movements()],
            balances=ledger.balances(),
            exclusions={(e.account, e.quarter) for e in pay.exclusions if e.is_applied},
            as_of=view.as_of,
        )
    )


def _holders(success: Success, view: View) -> Holders:
    staff, pay = success.staff, success.pay
    ids = {number: who.employee_id for number, who in staff.employees.items()}
    people = {
        who.employee_id: Person(who.role, ids.get(who.manager), who.hired, who.left)
        for who in staff.employees.values()
    }
    owners: dict[str, list[tuple[int, str | None]]] = {}
    splits: dict[str, list[Part]] = {}
    shared: dict[str, list[Part]] = defaultdict(list)
    for account in view.book.accounts:
        if not account.in_crm or account.survivor(view.known) is not account:
            continue
        own = staff.ownerships[account.number]
        by_day = {at // DAY: number for at, number in own.owners if at <= view.known}
        owners[account.key] = [
            (day, None if number is None else ids[number]) for day, number in sorted(by_day.items())
        ]
        if own.co_owner is not None and own.co_since <= view.known:
            # Where the field's history has no change, the row reaches back without limit.
            since = own.co_since // DAY if own.co_since > account.created else None
            weight = Fraction(str(own.co_share))
            splits[account.key] = [Part(ids[own.co_owner], weight, since, None)]
    for each in pay.shares:
        shared[each.account].append(
            Part(each.employee, Fraction(str(each.weight)), each.since, each.until)
        )
    ramps = [
        (each.employee, each.since, each.until, each.ramp_since)
        for each in pay.assignments
        if each.ramp_since is not None
    ]
    return Holders(people, owners, splits, dict(shared), ramps)
