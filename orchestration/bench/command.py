"""Options and table of `perennial bench`."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from orchestration import files
from orchestration.bench.events import events_table, run_events
from orchestration.bench.measure import STAGES, Measurement, measure
from orchestration.bench.script import Comparison, compare
from orchestration.errors import UserError
from orchestration.settings import Settings
from orchestration.terminal import say

_SHOWN_DIFFERENCES = 20
_MAX_RATIO = 3.0


@dataclass(frozen=True)
class Case:
    """One landing to refresh, and what is aimed at: seconds in total, GB at the peak."""

    title: str
    landing: Path
    home: Path
    aim_seconds: float
    aim_gigabytes: float | None = None


@dataclass(frozen=True)
class Outcome:
    """All repetitions of one case; each figure of the table is their median."""

    case: Case
    refreshes: list[Measurement]
    scripts: list[Comparison]

    def typical(self, figure: Callable[[Measurement], float]) -> float:
        """The median of a figure of the refreshes."""
        return median(figure(each) for each in self.refreshes)

    @property
    def script_seconds(self) -> float:
        """The median of the script's seconds."""
        return median(each.seconds for each in self.scripts)

    @property
    def differences(self) -> list[tuple]:
        """Movements on which models and script do not agree, of any repetition."""
        return sorted({row for each in self.scripts for row in each.differences}, key=str)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 if models and script gave the same movements, else 1.

    Args:
        arguments: words after `bench`.

    Raises:
        UserError: a refresh did not publish, or an option makes no sense.
    """
    options = _parser().parse_args(arguments)
    if min(options.accounts, options.months, options.repeat, options.events) < 1:
        raise UserError("--accounts, --months, --events and --repeat take whole numbers from 1 up")
    files.make_private()
    settings = dataclasses.replace(Settings.from_env(), external_raw=None, as_of=None)
    work = (options.work or settings.home / "bench").absolute()
    outcomes = []
    if options.only in (None, "demo"):
        landing = settings.project_dir / "seeds" / "raw"
        case = Case("demo", landing, work / "demo", aim_seconds=20)
        outcomes.append(_run(settings, case, options.repeat))
    if options.only in (None, "large"):
        landing = simulated_landing(work, options.accounts, options.months, options.seed)
        title = f"{options.accounts:,} x {options.months} months"
        case = Case(title, landing, work / "large", aim_seconds=60, aim_gigabytes=3)
        outcomes.append(_run(settings, case, options.repeat))
    if options.only == "events":
        for line in events_table(run_events(settings, work, options.events)):
            say(line)
        return 0
    for line in table(outcomes):
        say(line)
    return 1 if any(outcome.differences for outcome in outcomes) else 0


def simulated_landing(work: Path, accounts: int, months: int, seed: int) -> Path:
    """Parquet landing of a simulated company, made once and kept.

    Its name holds a digest of the simulator, so that a changed one writes a landing of its own.
    """
    from simulator.company import simulate
    from simulator.config import SimulatorConfig

    package = Path(simulate.__code__.co_filename).parent
    sources = b"".join(path.read_bytes() for path in sorted(package.glob("*.py")))
    digest = hashlib.sha256(sources).hexdigest()[:8]
    landing = work / f"landing-{accounts}x{months}-seed{seed}-{digest}"
    if not landing.exists():
        say(f"simulating {accounts:,} accounts over {months} months (once; kept in {landing})")
        unfinished = landing.with_name(landing.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        company = simulate(SimulatorConfig(accounts=accounts, months=months, seed=seed))
        company.emit(unfinished, file_format="parquet")
        unfinished.rename(landing)
    return landing


def _run(settings: Settings, case: Case, repeat: int) -> Outcome:
    own = dataclasses.replace(settings, home=case.home, landing=case.landing)
    refreshes, scripts = [], []
    for number in range(1, repeat + 1):
        say(f"{case.title}: refresh {number} of {repeat}")
        refreshes.append(measure(own))
        scripts.append(compare(own))
    return Outcome(case, refreshes, scripts)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Lines of the table: a row per figure, a column per case."""

    def row(title: str, cell: Callable[[Outcome], str]) -> str:
        return f"{title:<36}" + "".join(f"{cell(outcome):>22}" for outcome in outcomes)

    def seconds(title: str, figure: Callable[[Measurement], float]) -> str:
        return row(title, lambda outcome: f"{outcome.typical(figure):.2f} s")

    lines = ["", row("", lambda outcome: outcome.case.title)]
    for stage, title in STAGES.items():
        lines.append(seconds(title, lambda each, stage=stage: each.seconds.get(stage, 0.0)))
    lines += [
        seconds("rest (imports, Dagster)", _rest),
        seconds("total", lambda each: each.total_seconds),
        row("  aim", lambda outcome: f"{outcome.case.aim_seconds:.0f} s"),
        seconds("processor time, all cores", lambda each: each.cpu_seconds),
        row("peak memory", lambda each: f"{each.typical(lambda one: one.peak_bytes) / 1e9:.2f} GB"),
        row("  aim", lambda outcome: _gigabytes(outcome.case.aim_gigabytes)),
        "",
        seconds("all models, sum over nodes", lambda each: each.model_seconds),
        seconds("models behind the movements", lambda each: each.movement_seconds),
        seconds("  without row rules and memory", lambda each: each.logic_seconds),
        row("hand-written script", lambda outcome: f"{outcome.script_seconds:.2f} s"),
        row("all models / script", lambda each: _ratio(each, lambda one: one.model_seconds)),
        row("behind the movements / script", lambda each: _ratio(each, _of_movements)),
        row("  without row rules and memory", lambda each: _ratio(each, _of_logic)),
        row("  aim", lambda _: f"{_MAX_RATIO:.1f}"),
        row("movements", lambda outcome: f"{outcome.scripts[-1].movements:,}"),
        row("differences models - script", lambda outcome: f"{len(outcome.differences):,}"),
    ]
    for outcome in outcomes:
        lines += _difference_lines(outcome)
    return lines


def _rest(measurement: Measurement) -> float:
    return measurement.total_seconds - sum(measurement.seconds.values())


def _of_movements(measurement: Measurement) -> float:
    return measurement.movement_seconds


def _of_logic(measurement: Measurement) -> float:
    return measurement.logic_seconds


def _ratio(outcome: Outcome, figure: Callable[[Measurement], float]) -> str:
    return f"{outcome.typical(figure) / outcome.script_seconds:.1f}"


def _gigabytes(aim: float | None) -> str:
    return "-" if aim is None else f"{aim:.2f} GB"


def _difference_lines(outcome: Outcome) -> list[str]:
    found = outcome.differences
    if not found:
        return []
    lines = ["", f"{outcome.case.title}: movements that differ (models, script)"]
    for account, day, kind, models, script in found[:_SHOWN_DIFFERENCES]:
        lines.append(f"  {account}  {day}  {kind:<13}  {models or '-':>14}  {script or '-':>14}")
    if len(found) > _SHOWN_DIFFERENCES:
        lines.append(f"  ... and {len(found) - _SHOWN_DIFFERENCES:,} more")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="perennial bench",
        description="Seconds per stage and peak memory of a refresh, beside one hand-written "
        "DuckDB script that must give the same movements.",
        epilog="Exit code 1 if they differ. The work folder is PERENNIAL_HOME/bench unless said "
        "otherwise. Run it on a machine that does nothing else.",
    )
    parser.add_argument("--accounts", type=int, default=20_000, help="of the simulated company")
    parser.add_argument("--months", type=int, default=36, help="of the simulated company")
    parser.add_argument("--seed", type=int, default=7, help="of the simulated company")
    parser.add_argument("--events", type=int, default=10_000_000, help="of --only events")
    parser.add_argument(
        "--only",
        choices=("demo", "large", "events"),
        help="one of the two; or product events, the first build and increments of 1 and 7 days",
    )
    parser.add_argument("--repeat", type=int, default=1, help="times; the table shows medians")
    parser.add_argument(
        "--work", type=Path, help="folder for landings and homes (default: in home)"
    )
    return parser
