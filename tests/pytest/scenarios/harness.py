"""Groups of stories that share landings, their refreshes, and what the marts say about each.

A scenario is one function: it tells its story up to `yield`, where the landing is refreshed, and
goes on with the result. Every story of a group lives in the same landings, so one refresh serves
them all; in a group of several days each `yield` is one landing.

    @MAIN.scenario
    def test_an_annual_price_counts_a_twelfth_per_month(story):
        story.subscribe(story.price(1200_00, "year"), start="2026-01-01").bill()
        result = yield
        assert result.movements() == ["2026-01-01 new 100.00"]
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock, Timeout

from scenarios import forked
from scenarios.landing import Landing, Row, Tables, write_csv, write_whole
from scenarios.stripe_builder import Story, heartbeat

PROJECT = Path(__file__).resolve().parents[3]

Telling = Generator[None, Any, None]
Teller = Callable[[Story], Telling]


@dataclass
class Outcome:
    """One call of `perennial refresh`: exit code, printed text, `last_run.json`."""

    code: int
    text: str
    last_run: dict[str, Any]

    @property
    def reasons(self) -> str:
        """Why the run was blocked, as one text."""
        return json.dumps(self.last_run.get("reasons", []), ensure_ascii=False)


def environment_of(home: Path) -> dict[str, str]:
    """This process's environment for a command on a home, without settings from outside."""
    environment = {key: os.environ[key] for key in os.environ if not key.startswith("PERENNIAL_")}
    return {**environment, "PERENNIAL_HOME": str(home)}


def refresh(
    home: Path,
    landing: Path | None = None,
    as_of: str | None = None,
    dbt_vars: dict[str, Any] | None = None,
    raw: Path | None = None,
) -> Outcome:
    """Run the whole path once, in a process of its own."""
    home.mkdir(parents=True, exist_ok=True)
    with one_path_for_all_homes(home, dbt_vars) as path:
        outcome = _refresh(path, landing, as_of, dbt_vars, raw)
    return Outcome(outcome.code, outcome.text.replace(str(path), str(home)), outcome.last_run)


@contextmanager
def one_path_for_all_homes(home: Path, dbt_vars: dict[str, Any] | None) -> Iterator[Path]:
    """A link to a home, the same for all homes of this process, with what dbt parsed for others.

    Parsing is a fifth of a small refresh. dbt takes an earlier parse only where neither the vars
    nor the paths of the databases changed, and checks that by itself.
    """
    links = _links()
    name = hashlib.sha256(json.dumps(dbt_vars, sort_keys=True).encode()).hexdigest()
    parsed, mine = links / f"{name}.msgpack", home / "target" / "partial_parse.msgpack"
    if parsed.exists() and not mine.exists():
        mine.parent.mkdir(exist_ok=True)
        shutil.copy(parsed, mine)
    link = links / "home"
    link.unlink(missing_ok=True)
    link.symlink_to(home.absolute())
    yield link
    if mine.exists() and not parsed.exists():
        shutil.copy(mine, parsed)


@cache
def _links() -> Path:
    links = Path(tempfile.gettempdir()) / f"perennial_tests_{os.getpid()}"
    links.mkdir(exist_ok=True)
    atexit.register(shutil.rmtree, links, ignore_errors=True)
    return links


def _refresh(
    home: Path,
    landing: Path | None,
    as_of: str | None,
    dbt_vars: dict[str, Any] | None,
    raw: Path | None,
) -> Outcome:
    environment = environment_of(home)
    if landing:
        environment["PERENNIAL_LANDING"] = str(landing)
    if as_of:
        environment["PERENNIAL_AS_OF"] = as_of
    if raw:
        environment["PERENNIAL_RAW"] = str(raw)
    words = ["refresh"]
    if dbt_vars:
        words += ["--vars", json.dumps(dbt_vars)]
    done = forked.run(words, environment)
    last_run = home / "last_run.json"
    return Outcome(
        done.returncode,
        f"{done.stdout}\n{done.stderr}",
        json.loads(last_run.read_text()) if last_run.exists() else {},
    )


class Marts:
    """The published marts of one refresh, read-only."""

    def __init__(self, path: Path) -> None:
        self._connection = duckdb.connect(str(path), read_only=True)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a query as dicts."""
        cursor = self._connection.execute(query, list(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Result:
    """What the marts say about the accounts of one story, as short lines of text."""

    def __init__(self, marts: Marts, story: Story) -> None:
        self.marts = marts
        self.story = story

    def _of_accounts(self, mart: str, account: str | None, order: str) -> list[dict[str, Any]]:
        wanted = [account] if account else self.story.account_ids
        query = f"select * from marts.{mart} where list_contains(?, account_id) order by {order}"
        return self.marts.rows(query, wanted)

    def movements(self, account: str | None = None) -> list[str]:
        """`day type amount` by day and type; of one account, or of all in the story."""
        order = "movement_date, movement_type, mrr_change"
        rows = self._of_accounts("fct_mrr_movements", account, order)
        return [
            f"{row['movement_date']} {row['movement_type']} {row['mrr_change']}" for row in rows
        ]

    def balances(self, account: str | None = None) -> list[str]:
        """`day type opening closing`."""
        rows = self._of_accounts("fct_mrr_movements", account, "movement_date, movement_type")
        columns = ("movement_date", "movement_type", "opening_mrr", "closing_mrr")
        return [" ".join(str(row[column]) for column in columns) for row in rows]

    def churn_reasons(self) -> list[str]:
        """`type reason` of every movement."""
        rows = self._of_accounts("fct_mrr_movements", None, "movement_date, movement_type")
        return [f"{row['movement_type']} {row['churn_reason']}" for row in rows]

    def churn_details(self) -> list[str]:
        """`day reason detail` of every churn, and that no other movement has one."""
        rows = self._of_accounts("fct_mrr_movements", None, "movement_date, movement_type")
        assert all(row["churn_detail"] is None for row in rows if row["movement_type"] != "churn")
        return [
            f"{row['movement_date']} {row['churn_reason']} {row['churn_detail']}"
            for row in rows
            if row["movement_type"] == "churn"
        ]

    def causes(self, account: str | None = None) -> list[str]:
        """`day cause amount`, by day, item and cause; changes of nothing left out."""
        order = "change_date, subscription_item_id, change_cause, mrr_change"
        rows = self._of_accounts("fct_mrr_changes", account, order)
        return [
            f"{row['change_date']} {row['change_cause']} {row['mrr_change']}"
            for row in rows
            if row["mrr_change"]
        ]

    def periods(self, item: str | None = None) -> list[dict[str, Any]]:
        """Item periods of the story's accounts (or of one item) by item and begin."""
        order = "subscription_item_id, valid_from"
        rows = self._of_accounts("fct_subscription_item_periods", None, order)
        return [row for row in rows if item in (None, row["subscription_item_id"])]

    def spans(self, item: str | None = None) -> list[str]:
        """`from to mrr` of the item periods with MRR."""
        return [
            f"{row['valid_from']} {row['valid_to']} {row['mrr']}"
            for row in self.periods(item)
            if row["mrr"]
        ]

    def months(self) -> list[dict[str, Any]]:
        """Rows of `fct_account_months`."""
        return self._of_accounts("fct_account_months", None, "account_id, month")

    def renewals(self) -> list[str]:
        """`due outcome mrr_due mrr_renewed days_late` of the terms that were due."""
        rows = self._of_accounts("fct_renewals", None, "due_date, subscription_id")
        columns = ("due_date", "outcome", "mrr_due", "mrr_renewed", "days_late")
        return [" ".join(str(row[column]) for column in columns) for row in rows]

    def ahead(self) -> list[dict[str, Any]]:
        """Rows of `rpt_renewal_pipeline`."""
        return self._of_accounts("rpt_renewal_pipeline", None, "due_date, subscription_id")

    def committed(self) -> list[str]:
        """`day component amount` of the steps to committed MRR."""
        rows = self._of_accounts("fct_committed_mrr", None, "effective_date, mrr_change")
        return [f"{row['effective_date']} {row['component']} {row['mrr_change']}" for row in rows]

    def account(self, account: str | None = None) -> dict[str, Any]:
        """The row of `dim_accounts` (of the story's only account)."""
        (row,) = self._of_accounts("dim_accounts", account, "account_id")
        return row

    def mrr(self, account: str | None = None) -> Decimal:
        """MRR at the end of the last day."""
        rows = self._of_accounts("fct_subscription_item_periods", account, "valid_from")
        return sum((row["mrr"] for row in rows if row["valid_to"] is None), Decimal(0))


GROUPS: list[Group] = []


@dataclass
class Group:
    """Stories that share landings.

    Args:
        name: folder of the group's landings and state.
        days: the day of each landing.
        dbt_vars: policy of all its refreshes.
        reference: reference tables (name -> rows) in place of the seeds.
        deliver: writes landing number n (from 1) out of the states of all days, and refreshes;
            default: whole tables.
        refreshes: how many times; default: once per day.
        make: an empty landing of a day.
        says_as_of: give the landing's day as `PERENNIAL_AS_OF`, else it follows from the data.
        beats: add a trial that began on the day, so that every table was synced on it.
    """

    name: str
    days: tuple[str, ...]
    dbt_vars: dict[str, Any] = field(default_factory=dict)
    reference: dict[str, list[Row]] = field(default_factory=dict)
    deliver: Callable[[Group, Path, int, list[Tables]], Outcome] | None = None
    make: Callable[[str], Landing] = Landing
    says_as_of: bool = True
    beats: bool = True
    refreshes: int | None = None
    tellers: dict[str, Teller] = field(default_factory=dict)
    _marts: list[Marts] = field(default_factory=list)

    def __post_init__(self) -> None:
        GROUPS.append(self)

    def scenario(self, teller: Teller) -> Callable[..., None]:
        """Turn a story into a test, and give it a place in the group's landings."""
        name = teller.__name__
        self.tellers[name] = teller

        def test(scenario_root: Path) -> None:
            marts = self.marts(scenario_root)
            story = Story(self.make(self.days[0]), name.removeprefix("test_"))
            telling = teller(story)
            next(telling)
            for number, published in enumerate(marts):
                if number + 1 < len(self.days):
                    story.landing.today = self.days[number + 1]
                try:
                    telling.send(Result(published, story))
                except StopIteration:
                    assert number + 1 == len(self.days), "the story ended before the last landing"

        test.__name__ = test.__qualname__ = name
        test.__doc__ = teller.__doc__
        test.__module__ = teller.__module__
        return pytest.mark.xdist_group(self.name)(pytest.mark.slow(test))

    def marts(self, root: Path) -> list[Marts]:
        """The published marts after each landing; the refreshes run once for all workers.

        While another worker is at it, this one refreshes a group that will be asked for later.
        """
        if not self._marts:
            while not self.prepare(root, wait=False):
                if not any(
                    group.prepare(root, wait=False) for group in GROUPS if group.lacks(root)
                ):
                    self.prepare(root, wait=True)
            folder = root / self.name
            failure = folder / "failure.txt"
            if failure.exists():
                pytest.fail(failure.read_text(), pytrace=False)
            self._marts = [Marts(folder / f"{number}.duckdb") for number in self._numbers]
        return self._marts

    def lacks(self, root: Path) -> bool:
        """Whether the group has not been refreshed yet in this session."""
        return not (root / self.name / "done").exists()

    def prepare(self, root: Path, wait: bool) -> bool:
        """Refresh the group unless it is done; False where another worker is at it."""
        folder = root / self.name
        try:
            with FileLock(f"{folder}.lock", timeout=-1 if wait else 0):
                if self.lacks(root):
                    folder.mkdir(exist_ok=True)
                    self._refresh_all(folder)
                    (folder / "done").touch()
        except Timeout:
            return False
        return True

    @property
    def _numbers(self) -> range:
        return range(1, (self.refreshes or len(self.days)) + 1)

    def states(self) -> list[Tables]:
        """The raw tables on each day, with all stories of the group in them."""
        landing = self.make(self.days[0])
        tellings = [
            teller(Story(landing, name.removeprefix("test_")))
            for name, teller in sorted(self.tellers.items())
        ]
        states = []
        for day in self.days:
            landing.today = day
            for telling in tellings:
                next(telling)
            if self.beats:
                heartbeat(landing)
            states.append(landing.state())
        return states

    def _refresh_all(self, folder: Path) -> None:
        states = self.states()
        for number in self._numbers:
            outcome = (self.deliver or deliver_whole)(self, folder, number, states)
            if outcome.code != 0:
                text = f"refresh {number} of group {self.name} ended with {outcome.code}"
                last = json.dumps(outcome.last_run, indent=1)
                (folder / "failure.txt").write_text(f"{text}\n{last}\n{outcome.text[-8000:]}")
                return
            published = folder / "home" / "published" / "perennial.duckdb"
            shutil.copy(published, folder / f"{number}.duckdb")


def deliver_whole(group: Group, folder: Path, number: int, states: list[Tables]) -> Outcome:
    """Land every table as one file, and refresh."""
    landing = folder / f"landing_{number}"
    write_whole(landing, states[number - 1])
    write_reference(landing, group.reference)
    as_of = group.days[number - 1] if group.says_as_of else None
    return refresh(folder / "home", landing, as_of, group.dbt_vars)


def write_reference(landing: Path, reference: dict[str, list[Row]]) -> None:
    """Put reference tables into a landing."""
    for name, rows in reference.items():
        write_csv(landing / "reference" / f"{name}.csv", list(rows[0]), rows)
