"""The command line: `python -m simulator --accounts 300 --months 36 --landing DIR`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from simulator.company import HEALTH_TABLES, OPTIONAL_TABLES, REQUIRED_TABLES, simulate
from simulator.config import SimulatorConfig
from simulator.writers import write_reference


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulator", description="Simulate a SaaS company and land its raw tables."
    )
    parser.add_argument("--accounts", type=int, default=300)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2023, 10, 1))
    parser.add_argument("--sync-hours", type=int, default=6)
    parser.add_argument("--usage-months", type=int, default=15, help="months of product events")
    parser.add_argument(
        "--health",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="land people, usage, support, surveys and CRM activity too",
    )
    parser.add_argument("--landing", type=Path, required=True, help="folder to write to")
    parser.add_argument("--until", type=date.fromisoformat, help="day of the landing")
    parser.add_argument("--since", type=date.fromisoformat, help="day of the batch before")
    parser.add_argument("--layout", choices=("whole", "batches"), default="whole")
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument(
        "--reference",
        default="landing",
        help="folder for FX rates and internal accounts, or none (default: <landing>/reference)",
    )
    parser.add_argument("--truth", type=Path, help="write the true MRR change points (CSV)")
    parser.add_argument(
        "--landings",
        help="days of all landings the truth speaks of, comma-separated (default: --until)",
    )
    return parser


def main(argv: list[str] | None = None) -> int:
    """Simulate a company, write a landing and, if asked for, its truth; return 0."""
    options = _parser().parse_args(argv)
    config = SimulatorConfig(
        accounts=options.accounts,
        months=options.months,
        seed=options.seed,
        start=options.start,
        sync_hours=options.sync_hours,
        usage_months=options.usage_months,
    )
    company = simulate(config)
    emission = company.emit(
        options.landing,
        until=options.until,
        since=options.since,
        layout=options.layout,
        file_format=options.format,
        tables=REQUIRED_TABLES + OPTIONAL_TABLES + (HEALTH_TABLES if options.health else ()),
        reference=options.reference == "landing",
    )
    if options.reference not in ("landing", "none"):
        company.write_references(options.reference, health=options.health)
    for table, rows in emission.rows.items():
        sys.stdout.write(f"{table:<32}{rows:>10,} rows\n")
    sys.stdout.write(f"landing of {emission.until} in {options.landing}\n")
    if options.truth is not None:
        landings = options.landings.split(",") if options.landings else [emission.until]
        mode = "batches" if options.layout == "batches" else "whole"
        frame = company.truth(landings, mode)
        rows = frame.itertuples(index=False, name=None)
        write_reference(options.truth, list(frame.columns), rows)
        sys.stdout.write(f"truth: {len(frame):,} change points in {options.truth}\n")
    return 0
