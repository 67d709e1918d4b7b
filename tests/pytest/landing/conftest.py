"""A small project with a contract of its own, and a landing to fill."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from orchestration.contract import Contract, load_contract
from orchestration.landing import AcceptReport, Verdict, promote, stage_arrivals
from orchestration.settings import Settings

SHOP = """
sources:
  - name: shop
    database: raw
    tables:
      - name: customer
        config: {meta: {required_set: shop, key: [id]}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: seats, data_type: bigint}
          - {name: is_deleted, data_type: boolean}
          - {name: created, data_type: timestamp}
          - {name: _fivetran_synced, data_type: timestamp, config: {meta: {required: true}}}
      - name: price
        config: {meta: {required_set: shop, required_one_of: price, key: [id]}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: amount, data_type: bigint, config: {meta: {required_one_of: amount}}}
          - name: amount_decimal
            data_type: decimal(18,4)
            config: {meta: {required_one_of: amount}}
          - {name: _fivetran_synced, data_type: timestamp}
      - name: plan
        config: {meta: {required_set: shop, required_one_of: price, key: [id]}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: _fivetran_synced, data_type: timestamp}
      - name: coupon
        config: {meta: {key: [id], known_columns: [nickname], carry: coupon_field}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: percent_off, data_type: double}
          - {name: start, data_type: date}
          - {name: end, data_type: date}
          - {name: _fivetran_synced, data_type: timestamp}
"""
FLAT = """
sources:
  - name: billing
    database: raw
    tables:
      - name: periods
        config: {meta: {required_set: billing, key: [id], synced_at: updated_at, never_stale: true}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: updated_at, data_type: timestamp}
"""
SEEDS = """
seeds:
  - name: rates
    config:
      meta: {key: [day, currency]}
      column_types: {day: date, currency: varchar, rate: "decimal(18,8)"}
    columns:
      - {name: day}
      - {name: source, data_type: varchar, config: {meta: {default: house}}}
  - name: internal
    config: {meta: {key: [account_id], may_be_empty: true}}
"""
SYNCED = "2026-03-05 10:00:00"


@dataclass
class Shop:
    """A project, a landing and the state of its runs."""

    root: Path
    published: list[str] = field(default_factory=list)
    as_of: object = None
    external: Path | None = None
    landing: Path | None = None
    dbt_vars: dict = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return Settings(
            project_dir=self.root / "project",
            home=self.root / "home",
            landing=self.landing or self.root / "landing",
            external_raw=self.external,
            as_of=self.as_of,
            dbt_vars=self.dbt_vars,
        )

    @property
    def contract(self) -> Contract:
        return load_contract(self.root / "project")

    def land(self, name: str, content: str | bytes) -> Path:
        """Write a landed file; text is dedented."""
        path = self.root / "landing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = textwrap.dedent(content).lstrip("\n").encode()
        path.write_bytes(content)
        return path

    def land_parquet(self, name: str, query: str) -> Path:
        path = self.root / "landing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"copy ({query}) to '{path}' (format parquet)")
        return path

    def land_required(self, synced: str = SYNCED) -> None:
        """The smallest landing that is enough."""
        self.land("shop/customer.csv", f"id,seats,_fivetran_synced\nc1,5,{synced}\n")
        self.land("shop/price.csv", f"id,amount,_fivetran_synced\np1,100,{synced}\n")

    def unland(self, name: str) -> None:
        (self.root / "landing" / name).unlink()

    def run(self, *verdicts: Verdict, publish: bool = True) -> AcceptReport:
        """Accept what is landed; unless told otherwise the run then publishes."""
        arrivals = stage_arrivals(self.settings, self.contract)
        report = promote(
            self.settings,
            self.contract,
            arrivals,
            {verdict.source_table: verdict for verdict in verdicts},
        )
        if publish and not report.is_blocked:
            self.publish(report)
        return report

    def publish(self, report: AcceptReport) -> None:
        """What publish does to the ledger: append the new accepted loads of the run."""
        settings = self.settings
        with duckdb.connect(str(settings.history_file)) as history:
            history.execute(f"attach '{settings.run_file}' as run (read_only)")
            history.execute(
                "create table if not exists memory.ledger as "
                "select load_id, ''::varchar as run_id, source_name, table_name, source_table, "
                "batch_name, load_kind, content_hash, "
                "rows_in, rows_unreadable, synced_from, synced_to, columns, "
                "now()::timestamp as accepted_at, ''::varchar as version_id from run.run.loads "
                "where false"
            )
            history.execute("create table if not exists memory.refreshes (run_id varchar)")
            history.execute(
                "insert into memory.ledger select load_id, ?, source_name, table_name, "
                "source_table, batch_name, load_kind, content_hash, rows_in, rows_unreadable, "
                "synced_from, synced_to, columns, now()::timestamp, md5(?::varchar || load_id) "
                "from run.run.loads where is_new and outcome = 'accepted'",
                [report.run_id, report.run_id],
            )
            history.execute("insert into memory.refreshes values (?)", [report.run_id])
        self.published.append(report.run_id)

    def raw(self, query: str) -> list[tuple]:
        return _query(self.settings.home / "raw.duckdb", query)

    def given(self, query: str) -> list[tuple]:
        """Ask run.duckdb."""
        return _query(self.settings.run_file, query)

    def types(self, table: str) -> dict[str, str]:
        return {row[0]: row[1] for row in self.raw(f"describe {table}")}

    def unreadable(self) -> list[tuple]:
        return self.given(
            "select source_table, row_key, rule from run.run.unreadable_rows order by all"
        )


def _query(path: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(query).fetchall()


@pytest.fixture
def shop(tmp_path):
    project = tmp_path / "project"
    for source, text in {"shop": SHOP, "billing": FLAT}.items():
        folder = project / "models" / "staging" / source
        folder.mkdir(parents=True)
        (folder / f"_{source}__sources.yml").write_text(text)
    seeds = project / "seeds" / "reference"
    seeds.mkdir(parents=True)
    (seeds / "_seeds.yml").write_text(SEEDS)
    (seeds / "rates.csv").write_text("day,currency,rate,source\n2026-01-01,eur,1.1,bank\n")
    (seeds / "internal.csv").write_text("account_id\n")
    (tmp_path / "landing").mkdir()
    return Shop(tmp_path)
