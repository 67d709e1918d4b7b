"""The second half of accept: put in force what passed, write what the run was given."""

from __future__ import annotations

import json
from collections.abc import Mapping

import duckdb

from orchestration.contract import Contract
from orchestration.landing.approvals import Approval, read_approvals
from orchestration.landing.as_of import as_of_day
from orchestration.landing.files import (
    LOADS,
    UNREADABLE,
    create_run_tables,
    database,
    quote,
    tables_in,
    text,
)
from orchestration.landing.model import (
    AcceptReport,
    Arrival,
    Arrivals,
    Ledger,
    Load,
    LoadResult,
    Rejection,
    Verdict,
)
from orchestration.landing.profiles import profile_arrivals, schema_verdict
from orchestration.landing.reference import read_seeds, write_reference
from orchestration.landing.store import incoming_name, put_in_force
from orchestration.settings import Settings


def promote(
    settings: Settings,
    contract: Contract,
    arrivals: Arrivals,
    verdicts: Mapping[str, Verdict],
) -> AcceptReport:
    """Let the new loads in that nothing speaks against, and write run.duckdb.

    A table without a verdict is judged by its columns alone. If the run is blocked, raw.duckdb
    stays as the last published run left it.

    Args:
        verdicts: of the arrival checks, by source table.

    Raises:
        LandingError: a file is locked or damaged.
    """
    report = AcceptReport(
        arrivals.run_id,
        None,
        warnings=list(arrivals.warnings),
        raw_is_external=settings.external_raw is not None,
    )
    ledger = arrivals.ledger
    judge = _Judge(settings, contract, arrivals, verdicts, report)
    accepted = [arrival for arrival in arrivals if judge.lets_in(arrival)]
    report.rejections += [*arrivals.missing, *arrivals.reference_rejections]
    in_force = {id(arrival): _in_force(arrival, arrival in accepted) for arrival in arrivals}
    report.as_of_date = as_of_day(settings, [load for loads in in_force.values() for load in loads])
    report.reasons = [item.message for item in report.rejections if item.is_required]
    if report.as_of_date is None and not report.reasons:
        report.reasons.append(
            "No accepted table says when it was synced, so there is no as-of day; "
            "set PERENNIAL_AS_OF."
        )
    report.is_blocked = bool(report.reasons)
    if settings.external_raw is None:
        _update_raw(settings, arrivals, accepted, report)
    for arrival in arrivals:
        report.loads += _results(arrival, arrival in accepted, ledger, judge.reasons, report)
    _write_run(settings, arrivals, report)
    return report


class _Judge:
    """Decides table by table; notes warnings and rejections in the report."""

    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        arrivals: Arrivals,
        verdicts: Mapping[str, Verdict],
        report: AcceptReport,
    ) -> None:
        profiles = profile_arrivals(settings, contract, arrivals)
        own = {profile.source_table: schema_verdict(profile) for profile in profiles}
        self.verdicts = {**own, **verdicts}
        self.approvals = read_approvals(settings)
        self.report = report
        self.reasons: dict[str, str] = {}

    def lets_in(self, arrival: Arrival) -> bool:
        """Whether the new loads of a table come in."""
        objections = [
            (problem.rule, problem.message, problem.load_ids, problem.can_be_approved)
            for problem in arrival.problems
        ]
        every_load = tuple(load.load_id for load in arrival.new_loads)
        verdict = self.verdicts.get(arrival.source_table)
        if verdict is not None and verdict.outcome == "rejected":
            # With nothing new to refuse there is nothing an approval could let in either.
            load_ids = verdict.load_ids or every_load
            objections.append((verdict.rule, verdict.message, load_ids, bool(load_ids)))
        elif verdict is not None and verdict.outcome == "warned":
            self.report.warnings.append(verdict.message)
        standing = [objection for objection in objections if not self._is_approved(*objection)]
        for rule, message, load_ids, can_be_approved in standing:
            if can_be_approved:
                commands = " and ".join(f"perennial approve {load_id}" for load_id in load_ids)
                message = f"{message.rstrip('.')}. To let it in: {commands} --by NAME --why TEXT."
            self._reject(arrival, rule, message)
        is_stale = bool(standing) or (arrival.is_absent and arrival.lands_whole)
        if is_stale and not arrival.table.is_required:
            self.report.stale_tables.append(arrival.source_table)
            if arrival.is_observed:
                # Nothing was copied that could stand in for it: the source is off for this run.
                self.report.disabled_sources.append(arrival.source_table)
        return not standing

    def _is_approved(
        self, rule: str, message: str, load_ids: tuple[str, ...], can_be_approved: bool
    ) -> bool:
        if not can_be_approved or not set(load_ids) <= set(self.approvals):
            return False
        approvals: list[Approval] = [self.approvals[load_id] for load_id in load_ids]
        self.report.approved_load_ids += [
            load_id for load_id in load_ids if load_id not in self.report.approved_load_ids
        ]
        who = "; ".join(dict.fromkeys(f"{item.by}: {item.why}" for item in approvals))
        self.report.warnings.append(f"{message} Let in all the same ({rule}), approved by {who}.")
        return True

    def _reject(self, arrival: Arrival, rule: str, message: str) -> None:
        self.report.rejections.append(
            Rejection(arrival.source_table, rule, message, arrival.table.is_required)
        )
        self.reasons[arrival.source_table] = " ".join(
            filter(None, [self.reasons.get(arrival.source_table), message])
        )


def _in_force(arrival: Arrival, is_accepted: bool) -> list[Load]:
    """Loads of a table that lie in raw once the run is given its way."""
    if not is_accepted:
        return arrival.in_force
    replaces = any(load.load_kind == "whole" for load in arrival.new_loads)
    return [*([] if replaces else arrival.in_force), *arrival.new_loads]


def _results(
    arrival: Arrival,
    is_accepted: bool,
    ledger: Ledger,
    reasons: Mapping[str, str],
    report: AcceptReport,
) -> list[LoadResult]:
    """Loads of a table in force, and its rejected ones.

    In a blocked run nothing comes in, so what lies in raw.duckdb stays in force: a bare dbt build
    then finds rows and loads that fit each other.
    """
    comes_in = is_accepted and (arrival.is_observed or not report.is_blocked)
    results = [
        LoadResult(load, "accepted", not ledger.knows(load))
        for load in _in_force(arrival, comes_in)
    ]
    if not is_accepted:
        reason = reasons.get(arrival.source_table, "")
        results += [LoadResult(load, "rejected", True, reason) for load in arrival.new_loads]
    return results


def _update_raw(
    settings: Settings,
    arrivals: Arrivals,
    accepted: list[Arrival],
    report: AcceptReport,
) -> None:
    """One transaction: after a crash raw.duckdb holds all of the run's loads or none of them."""
    with database(settings.raw_file) as raw:
        raw.execute("begin")
        for arrival in accepted:
            if arrival.new_loads and not report.is_blocked:
                put_in_force(
                    raw,
                    arrival.table,
                    arrival.new_loads,
                    arrival.unreadable,
                    arrivals.run_id,
                    arrivals.ledger.published_runs,
                )
        for arrival in arrivals:
            raw.execute(f"drop table if exists {incoming_name(arrival.table)}")
        raw.execute("commit")


def _write_run(settings: Settings, arrivals: Arrivals, report: AcceptReport) -> None:
    """Write run.duckdb anew, in one transaction."""
    seeds = read_seeds(settings.project_dir) if arrivals.references else {}
    with database(settings.run_file) as run:
        create_run_tables(run)
        if settings.external_raw is None:
            run.execute(f"attach {text(str(settings.raw_file))} as landed (read_only)")
        run.execute("begin")
        for name in ("runs", "loads", "unreadable_rows", "reference_loads"):
            run.execute(f"delete from run.run.{name}")
        for name in tables_in(run, "reference"):
            run.execute(f"drop table run.reference.{quote(name)}")
        run.execute(
            "insert into run.run.runs values (?, ?, ?, ?)",
            [report.run_id, report.as_of_date, arrivals.started_at, report.raw_is_external],
        )
        for result in report.loads:
            _insert_load(run, result)
        if settings.external_raw is None:
            run.execute(
                f"""insert into run.run.unreadable_rows
                select unreadable.* from landed.{UNREADABLE} as unreadable
                semi join landed.{LOADS} as loads
                    on unreadable.load_id = loads.load_id and loads.is_in_force"""
            )
        for name, (content_hash, rows) in arrivals.references.items():
            write_reference(run, seeds[name], arrivals.reference_files[name], "reference")
            run.execute(
                "insert into run.run.reference_loads values (?, ?, ?)", [name, content_hash, rows]
            )
        run.execute("commit")


def _insert_load(run: duckdb.DuckDBPyConnection, result: LoadResult) -> None:
    load = result.load
    source, table = load.source_table.split(".", 1)
    run.execute(
        "insert into run.run.loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load.load_id,
            source,
            table,
            load.source_table,
            load.batch_name,
            load.load_kind,
            load.content_hash,
            load.rows_in,
            load.rows_unreadable,
            load.synced_from,
            load.synced_to,
            json.dumps(list(load.columns)),
            result.outcome,
            result.is_new,
            result.reason,
        ],
    )
