"""Pay data stay with their owner: searched for in everything that others may come to read."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from types import SimpleNamespace

import duckdb

from compensation.closing import pay

FORBIDDEN = re.compile(
    r"bonus|payout|payable|guarantee|^earned_|credit_share|credited_mrr|plan_version|statement_hash"
)


def figures(home: Path) -> set[str]:
    """Pay that nothing else comes to by chance: amounts with cents, and hashes."""
    found = set()
    for row in pay(home, "select * from comp.fct_csm_comp_statements"):
        found.add(row["statement_hash"])
        for name in ("earned_bonus", "payable_amount", "carried_out", "adjustment_amount"):
            if row[name] and row[name] % 100:
                found.add(f"{abs(row[name]):.2f}")
    return found


def test_there_is_something_to_be_found(story: SimpleNamespace) -> None:
    known = figures(story.home)
    assert {"4910.71", "4285.71"} & known
    assert len([text for text in known if len(text) == 64]) >= 14


def test_no_pay_in_texts_that_are_published_logged_or_documented(story: SimpleNamespace) -> None:
    home, known = story.home, figures(story.home)
    texts = [home / "last_run.json", home / "published" / "manifest.json"]
    texts += [path for path in (home / "quality").rglob("*") if path.is_file()]
    texts += [path for path in (home / "logs").rglob("*") if path.is_file()]
    searched = 0
    for path in texts:
        content = path.read_bytes().decode("utf-8", errors="ignore").replace(",", "")
        assert not [figure for figure in known if figure in content], path
        searched += len(content)
    assert searched > 10_000
    for outcome in (story.refused,):
        assert not [figure for figure in known if figure in outcome.text.replace(",", "")]


def test_no_pay_in_the_general_marts_nor_their_parquet(story: SimpleNamespace) -> None:
    known = figures(story.home)
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{story.home / 'published' / 'perennial.duckdb'}' as published (read_only)"
        )
        columns = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() "
            "where database_name = 'published' and not internal"
        ).fetchall()
        sources = [(f"published.marts.{table}", name) for table, name, _ in columns]
        assert len(sources) > 300
        for path in sorted((story.home / "published" / "parquet").glob("*.parquet")):
            names = connection.execute(f"describe select * from '{path}'").fetchall()
            sources += [(f"'{path}'", row[0]) for row in names]
        assert [(table, name) for table, name in sources if FORBIDDEN.search(name)] == []
        tables: dict[str, list[str]] = {}
        for table, name in sources:
            tables.setdefault(table, []).append(name)
        for table, names in tables.items():
            text = " || '~' || ".join(
                f"coalesce(cast(\"{name}\" as varchar), '')" for name in names
            )
            rows = connection.execute(
                f"select distinct '~' || {text} || '~' from {table}"
            ).fetchall()
            for (row,) in rows:
                values = set(row.split("~"))
                assert not values & known, table
                assert not [each for each in known if len(each) == 64 and each in row], table


def test_no_file_but_the_pay_file_is_named_after_pay(story: SimpleNamespace) -> None:
    marts = {
        row["table_name"]
        for row in pay(
            story.home, "select table_name from duckdb_tables() where schema_name = 'comp'"
        )
    }
    assert {"fct_csm_comp_lines", "fct_csm_comp_books", "fct_csm_comp_statements"} <= marts
    for folder in ("published", "quality"):
        names = [path.name for path in (story.home / folder).rglob("*")]
        assert [name for name in names for mart in marts if mart in name] == []
    manifest = json.loads((story.home / "published" / "manifest.json").read_text())
    for key in ("row_counts", "content_hashes"):
        assert not marts & set(manifest[key])


def test_state_belongs_to_its_owner_alone(story: SimpleNamespace) -> None:
    private = [story.home / name for name in ("build.duckdb", "raw.duckdb", "history.duckdb")]
    private += list((story.home / "history_backups").iterdir())
    private += list((story.home / "published" / "versions").glob("*/compensation.duckdb"))
    assert len(private) > 8
    for path in private:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
