"""Loads that are refused as a whole: the run is blocked, and the last version stays as it was.

The landings stand on the state that the seven tables of `test_sources` left behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from scenarios.groups import FIRSTS, rates
from scenarios.harness import Marts, Outcome, refresh
from scenarios.landing import Landing, Row, Tables, columns_of, write_csv, write_whole
from scenarios.stripe_builder import Story
from scenarios.test_sources import SEVEN

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("seven")]


def rewrite(folder: Path, tables: Tables, table: str, columns: list[str]) -> None:
    """Write one table of the landing anew, with these columns."""
    source, name = table.split(".")
    write_csv(folder / source / f"{name}.csv", columns, tables[table])


def other_shapes(folder: Path, tables: Tables) -> None:
    """Faults 13, 14 and 1, each of another table."""
    without_a_column(folder, tables)
    with_a_renamed_column(folder)
    with_an_empty_table(folder, tables)


def without_a_column(folder: Path, tables: Tables) -> None:
    """`subscription_item` lost its `subscription_id`."""
    table = "stripe.subscription_item"
    columns = columns_of(table, tables[table])
    columns.remove("subscription_id")
    rewrite(folder, tables, table, columns)


def with_a_renamed_column(folder: Path) -> None:
    """The `currency` of prices is called `ccy`."""
    path = folder / "stripe" / "price.csv"
    header, rest = path.read_text().split("\n", 1)
    renamed = ["ccy" if name == "currency" else name for name in header.strip().split(",")]
    path.write_text(",".join(renamed) + "\n" + rest)


def with_an_empty_table(folder: Path, tables: Tables) -> None:
    """Products had rows, now there is a header only."""
    table = "stripe.product"
    write_csv(folder / "stripe" / "product.csv", columns_of(table, tables[table]), [])


def with_a_missing_table(folder: Path, tables: Tables) -> None:
    """A required table did not land at all."""
    (folder / "stripe" / "product.csv").unlink()


def bad_shares(folder: Path, tables: Tables) -> None:
    """Faults 15 and 10 over their shares: 20 bad rows among some 1,200, in two tables."""
    with_text_for_numbers(folder, tables)
    with_another_encoding(folder, tables)


def many(row: Row, **bad: str) -> list[Row]:
    """1,200 more rows like this one, 20 of them with bad content."""
    rows = [{**row, "id": f"{row['id']}_{number}"} for number in range(1200)]
    return [{**copy, **bad} if number % 60 == 0 else copy for number, copy in enumerate(rows)]


def with_text_for_numbers(folder: Path, tables: Tables) -> None:
    """More than 1% of the amounts of (one-off) lines are text."""
    table = "stripe.invoice_line_item"
    one_off = {"subscription_item_id": None, "plan_id": None, "type": "invoiceitem"}
    tables[table] += many({**tables[table][0], **one_off}, amount="n/a")
    rewrite(folder, tables, table, columns_of(table, tables[table]))


def with_another_encoding(folder: Path, tables: Tables) -> None:
    """More than 0.1% of the products are Latin-1."""
    table = "stripe.product"
    tables[table] += many(tables[table][0], name="Caf\u00e9")
    rewrite(folder, tables, table, columns_of(table, tables[table]))
    path = folder / "stripe" / "product.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))


def without_a_rate(folder: Path, tables: Tables) -> None:
    """Fault 52: EUR are paid until April, and rates end in February."""
    story = Story(Landing("2026-08-20"), "euros")
    story.flat("2026-01-10", "2026-04-20", amount="100", currency="eur")
    write_whole(folder, story.landing.tables)
    known = rates("eur", dict.fromkeys(FIRSTS[:2], "1.10"))
    write_csv(folder / "reference" / "fx_rates.csv", list(known[0]), known)


# What spoils the landing -> what the message must name.
REJECTIONS: dict[Callable[[Path, Tables], None], tuple[str, ...]] = {
    other_shapes: (
        *("stripe.subscription_item", "subscription_id"),
        *("stripe.price", "currency"),
        "stripe.product",
    ),
    with_a_missing_table: ("stripe.product",),
    bad_shares: ("stripe.invoice_line_item", "amount", "stripe.product", "UTF-8"),
    without_a_rate: ("every_month_with_mrr_has_a_rate", "currency eur, month 2026-03-01"),
}


@dataclass
class Refused:
    """What one refused landing did."""

    outcome: Outcome
    published_before: str
    published_after: str
    history_before: str
    history_after: str
    movements_after: list[str]


def movements(home: Path) -> list[str]:
    """What a reader sees."""
    query = "select movement_date, movement_type, mrr_change from marts.fct_mrr_movements"
    published = Marts(home / "published" / "perennial.duckdb")
    return sorted(" ".join(map(str, row.values())) for row in published.rows(query))


def refuse(root: Path, spoil: Callable[[Path, Tables], None]) -> Refused:
    """Land the spoilt tables on top of the good state, once for all workers."""
    SEVEN.marts(root)
    home, folder = root / "seven" / "home", root / "seven" / spoil.__name__
    record = folder / "refused.json"
    with FileLock(str(root / "seven" / "refused.lock")):
        if not record.exists():
            tables = SEVEN.states()[-1]
            write_whole(folder, tables)
            spoil(folder, tables)
            history = home / "history.duckdb"
            manifest = home / "published" / "manifest.json"
            before = [_digest(manifest), _digest(history)]
            outcome = refresh(home, folder)
            after = [_digest(manifest), _digest(history)]
            refused = Refused(outcome, before[0], after[0], before[1], after[1], movements(home))
            record.write_text(json.dumps(asdict(refused)))
    kept = json.loads(record.read_text())
    return Refused(**{**kept, "outcome": Outcome(**kept["outcome"])})


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("spoil", REJECTIONS, ids=lambda spoil: spoil.__name__)
def test_a_refused_landing_blocks_the_run(scenario_root, spoil):
    refused = refuse(scenario_root, spoil)
    assert refused.outcome.last_run["outcome"] == "blocked", refused.outcome.text[-4000:]
    assert refused.outcome.code == 2


@pytest.mark.parametrize("spoil", REJECTIONS, ids=lambda spoil: spoil.__name__)
def test_the_reason_names_what_is_wrong(scenario_root, spoil):
    refused = refuse(scenario_root, spoil)
    for word in REJECTIONS[spoil]:
        assert word.lower() in refused.outcome.reasons.lower()
        assert word.lower() in refused.outcome.text.lower()


@pytest.mark.parametrize("spoil", REJECTIONS, ids=lambda spoil: spoil.__name__)
def test_the_published_version_stays(scenario_root, spoil):
    refused = refuse(scenario_root, spoil)
    assert refused.published_after == refused.published_before
    assert refused.movements_after == [
        "2026-01-15 new 10.00",
        "2026-02-01 new 100.00",
        "2026-04-10 expansion 20.00",
    ]


@pytest.mark.parametrize("spoil", REJECTIONS, ids=lambda spoil: spoil.__name__)
def test_history_keeps_its_bytes(scenario_root, spoil):
    refused = refuse(scenario_root, spoil)
    assert refused.history_after == refused.history_before


@pytest.mark.parametrize("spoil", REJECTIONS, ids=lambda spoil: spoil.__name__)
def test_the_run_record_names_the_version_that_readers_see(scenario_root, spoil):
    refused = refuse(scenario_root, spoil)
    last_run = refused.outcome.last_run
    assert last_run["run_id"] != last_run["published_run_id"]
    assert (
        last_run["published_run_id"]
        in json.loads(
            (scenario_root / "seven" / "home" / "published" / "manifest.json").read_text()
        ).values()
    )
