"""Arrival checks: may a table's new loads come in? Built from the contract, judged on profiles.

Numbers in the rules are those of the fault catalogue: shares and volumes are judged only from
1,000 rows and 10 bad rows on, volumes of tables and of days only after 5 accepted loads. Whether
rows can be read at all is judged by accept, where they are read.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from expectations.model import Expectation, Result, Severity, Suite
from orchestration.contract import Contract, TableContract
from orchestration.landing.model import EventDay, TableProfile, Verdict

MIN_ROWS = 1_000
MIN_BAD_ROWS = 10
MIN_ACCEPTED_LOADS = 5
MAX_UNCASTABLE_SHARE = 0.01
# "Far fewer": below half of the median of the last five accepted loads.
MIN_SHARE_OF_HISTORY = 0.5
# A day of an event table with fewer than a tenth of its weekday's median has lost rows; one with
# more than ten times of it is a bot, or sent twice.
MIN_SHARE_OF_WEEKDAY, MAX_SHARE_OF_WEEKDAY = 0.1, 10

STALE_WARN_DAYS = 3
STALE_REJECT_DAYS = 14


@dataclass(frozen=True)
class ArrivalChecks:
    """Suites of a run and what is needed to read their results.

    Attributes:
        as_of_date: day against which freshness is judged; None where no row says when.
        newest_day: day of the newest row by source.
    """

    suites: list[Suite]
    as_of_date: date | None
    newest_day: Mapping[str, date | None] = field(default_factory=dict)


def build_checks(
    profiles: Sequence[TableProfile],
    contract: Contract,
    as_of: date | None,
    dbt_vars: Mapping[str, Any],
) -> ArrivalChecks:
    """Make a suite per table that something arrived for, and one per source for its freshness.

    Args:
        profiles: aggregates per table that is there.
        contract: what the tables must be.
        as_of: the day the run speaks for, None = the latest day over all profiles.
        dbt_vars: `stale_warn_days` and `stale_reject_days` where they differ from the default.
    """
    suites = []
    newest = newest_days(profiles)
    day = as_of or max((found for found in newest.values() if found), default=None)
    for profile in profiles:
        table = contract.table(profile.source_table)
        if profile.is_new and table is not None:
            suites.append(_table_suite(profile, table, day))
    judged = newest_days(profile for profile in profiles if not profile.never_stale)
    for source, newest_day in judged.items():
        if day is not None and newest_day is not None:
            suites.append(_freshness_suite(source, newest_day, day, dbt_vars))
    return ArrivalChecks(suites, day, newest)


def newest_days(profiles: Iterable[TableProfile]) -> dict[str, date | None]:
    """Day of the newest row per source.

    Freshness is a matter of the source: its smallest tables (prices, products, coupons) may well
    not change for months while the connector is in the best of health.
    """
    newest: dict[str, datetime | None] = {}
    for profile in profiles:
        source = profile.source_table.split(".")[0]
        known = newest.setdefault(source, None)
        if profile.newest_synced and (known is None or profile.newest_synced > known):
            newest[source] = profile.newest_synced
    return {source: moment.date() if moment else None for source, moment in newest.items()}


def verdicts(profiles: Sequence[TableProfile], results: Sequence[Result]) -> dict[str, Verdict]:
    """What the results mean for each table: accepted, warned, or rejected with every reason.

    That a source is stale rejects each of its tables; a mere warning about a source is left to
    the caller, once, and is not repeated for each table.
    """
    found: dict[str, Verdict] = {}
    for profile in profiles:
        own = [
            result
            for result in results
            if result.subject == profile.source_table and not result.is_success
        ]
        errors = [result for result in own if result.severity == "error"]
        if not profile.never_stale:
            source = profile.source_table.split(".")[0]
            errors += [
                result
                for result in results
                if result.subject == source and result.outcome == "failed"
            ]
        decisive = errors or own
        found[profile.source_table] = Verdict(
            source_table=profile.source_table,
            outcome="rejected" if errors else "warned" if own else "accepted",
            rule=decisive[0].rule if decisive else "",
            message="; ".join(result.message for result in decisive),
            load_ids=profile.load_ids,
        )
    return found


def source_warnings(results: Sequence[Result]) -> list[str]:
    """Warnings about whole sources; where a source is rejected, that says enough."""
    rejected = {result.subject for result in results if result.outcome == "failed"}
    return [
        result.message
        for result in results
        if "." not in result.subject
        and result.outcome == "warned"
        and result.subject not in rejected
    ]


def _table_suite(profile: TableProfile, table: TableContract, as_of: date | None) -> Suite:
    name = profile.source_table
    thin, full = _odd_days(profile, as_of)
    figures = {
        "rows that arrived": profile.rows,
        "columns lost": len(profile.lost_columns),
        "columns nobody reads": len(profile.unknown_columns),
        "days with too few rows": len(thin),
        "days with too many rows": len(full),
        **{
            f"share that does not cast: {column}": _judged_share(bad, profile.rows)
            for column, bad in profile.uncastable.items()
        },
    }
    columns: dict[str, list[Any]] = {column: [None] for column in profile.columns}
    columns.update({figure: [value] for figure, value in figures.items()})
    expectations = [
        *_required_columns(profile, table),
        *_columns(profile),
        *_volume(profile),
        *_days_of_events(profile, thin, full),
        *_shares(profile, table),
    ]
    return Suite(f"arrivals.{name}", name, columns, expectations)


def _required_columns(profile: TableProfile, table: TableContract) -> Iterable[Expectation]:
    missing = {column.name: column for column in profile.missing_required}
    groups_seen = set()
    for column in table.columns.values():
        wanted = column.name
        names = wanted
        if column.required_one_of:
            if column.required_one_of in groups_seen:
                continue
            groups_seen.add(column.required_one_of)
            group = [
                other.name
                for other in table.columns.values()
                if other.required_one_of == column.required_one_of
            ]
            wanted = next((other for other in group if other in profile.columns), group[0])
            names = " or ".join(group)
        elif not column.required:
            continue
        renamed = missing[wanted].looks_like if wanted in missing else None
        hint = f" (is it called {renamed} now?)" if renamed else ""
        yield Expectation(
            type="expect_column_to_exist",
            kwargs={"column": wanted},
            rule=f"required_column_{wanted}",
            severity="error",
            message=(
                f"{profile.source_table}: column {names} is missing{hint}; it must be there: "
                "select it in the connector or put it back into the file"
            ),
        )


def _volume(profile: TableProfile) -> Iterable[Expectation]:
    name = profile.source_table
    if not profile.lands_whole:
        return
    if profile.previous_rows:
        yield _at_least(
            "rows that arrived",
            1,
            "not_empty",
            f"{name}: the load is empty, the last accepted one had {profile.previous_rows:,} "
            "rows; land the table again",
        )
    if len(profile.accepted_rows) >= MIN_ACCEPTED_LOADS:
        usual = statistics.median(profile.accepted_rows[:MIN_ACCEPTED_LOADS])
        if usual >= MIN_ROWS and usual - profile.rows >= MIN_BAD_ROWS:
            yield _at_least(
                "rows that arrived",
                usual * MIN_SHARE_OF_HISTORY,
                "not_truncated",
                f"{name}: {profile.rows:,} rows arrived, {usual:,.0f} are usual; the load looks "
                "cut off: land it again",
            )


def _odd_days(profile: TableProfile, as_of: date | None) -> tuple[list[EventDay], list[EventDay]]:
    """Days before the as-of day with far fewer, and with far more rows than their weekday has."""
    if profile.accepted_loads < MIN_ACCEPTED_LOADS or profile.rows_in_force < MIN_ROWS:
        return [], []
    days = [each for each in profile.event_days if as_of is None or each.day < as_of]
    thin = [
        each
        for each in days
        if each.rows < each.usual_rows * MIN_SHARE_OF_WEEKDAY
        and each.usual_rows - each.rows >= MIN_BAD_ROWS
    ]
    full = [
        each
        for each in days
        if each.rows > each.usual_rows * MAX_SHARE_OF_WEEKDAY and each.rows >= MIN_ROWS
    ]
    return thin, full


def _days_of_events(
    profile: TableProfile, thin: Sequence[EventDay], full: Sequence[EventDay]
) -> Iterable[Expectation]:
    if not profile.event_days:
        return
    yield _at_most(
        "days with too few rows",
        0,
        "no_day_lost_rows",
        f"{profile.source_table}: {_in_words(thin)}; most of the day is missing: send it again",
    )
    yield _at_most(
        "days with too many rows",
        0,
        "no_day_with_a_spike",
        f"{profile.source_table}: {_in_words(full)}; see whether a bot or a second sender is at "
        "work. The rows are kept, each message counts once",
        "warn",
    )


def _in_words(days: Sequence[EventDay]) -> str:
    if not days:
        return ""
    first = days[0]
    more = f" (and {len(days) - 1} more days)" if len(days) > 1 else ""
    return (
        f"{first.day} has {first.rows:,} rows, {first.usual_rows:,.0f} are usual on a "
        f"{first.day:%A}{more}"
    )


def _columns(profile: TableProfile) -> Iterable[Expectation]:
    lost = [
        column.name + (f" (now {column.looks_like}?)" if column.looks_like else "")
        for column in profile.lost_columns
    ]
    yield _at_most(
        "columns lost",
        0,
        "no_column_lost",
        f"{profile.source_table}: {', '.join(lost)} came with the last accepted load and did not "
        "come now; put the column back",
    )
    yield _at_most(
        "columns nobody reads",
        0,
        "no_unknown_column",
        f"{profile.source_table}: nobody reads {', '.join(profile.unknown_columns)}; kept as it "
        "came. List it under known_columns of the source's YAML, or read it",
        "warn",
    )


def _shares(profile: TableProfile, table: TableContract) -> Iterable[Expectation]:
    name = profile.source_table
    for column, bad in profile.uncastable.items():
        contract = table.columns.get(column)
        kind = contract.data_type if contract else "its type"
        yield _at_most(
            f"share that does not cast: {column}",
            MAX_UNCASTABLE_SHARE,
            f"castable_{column}",
            f"{name}: {bad:,} of {profile.rows:,} values of {column} are no {kind}, over "
            f"{MAX_UNCASTABLE_SHARE:.0%}; see how the source writes this column",
        )


def _freshness_suite(
    source: str, newest_day: date, as_of: date, dbt_vars: Mapping[str, Any]
) -> Suite:
    age = max((as_of - newest_day).days, 0)
    reject = _days(dbt_vars, "stale_reject_days", STALE_REJECT_DAYS)
    warn = _days(dbt_vars, "stale_warn_days", STALE_WARN_DAYS)
    limits: list[tuple[Severity, str, int, str, str]] = [
        ("error", "not_stale", reject, "refused", "reject"),
        ("warn", "fresh", warn, "stale", "warn"),
    ]
    return Suite(
        f"freshness.{source}",
        source,
        {"days behind": [age]},
        [
            _at_most(
                "days behind",
                limit,
                rule,
                f"{source}: its newest row is of {newest_day}, {age} days before {as_of} "
                f"(over {limit}, var stale_{kind}_days: {word}); see whether its connector runs",
                severity,
            )
            for severity, rule, limit, word, kind in limits
        ],
    )


def _days(dbt_vars: Mapping[str, Any], name: str, default: int) -> int:
    value = dbt_vars.get(name)
    return default if value is None else int(value)


def _judged_share(bad: int, rows: int) -> float:
    """The share of bad rows; 0 where there are too few rows to speak of a share."""
    return bad / rows if rows >= MIN_ROWS and bad >= MIN_BAD_ROWS else 0.0


def _at_least(column: str, limit: float, rule: str, message: str) -> Expectation:
    return Expectation(
        "expect_column_min_to_be_between",
        {"column": column, "min_value": limit},
        rule,
        "error",
        message,
    )


def _at_most(
    column: str, limit: float, rule: str, message: str, severity: Severity = "error"
) -> Expectation:
    return Expectation(
        "expect_column_max_to_be_between",
        {"column": column, "max_value": limit},
        rule,
        severity,
        message,
    )
