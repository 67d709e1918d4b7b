"""The command `perennial`."""

from __future__ import annotations

import argparse
import atexit
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from orchestration import commands
from orchestration.errors import BlockedError, UserError
from orchestration.run_record import BLOCKED, ERROR, EXIT_CODES
from orchestration.settings import Settings
from orchestration.terminal import complain

_PASSED_ON = ("simulate", "bench", "dbt")


def entry(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command of this process, and end it.

    Without the interpreter's tidying up: freeing half a million objects, most of them dbt's and
    Dagster's, took longer than the publish. Files and connections are closed by then, and what
    libraries registered for the end is called.
    """
    code = main(arguments)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: words after `perennial`; None = those of the process.

    Returns:
        0 done (refresh: published), 2 blocked by the data, 1 anything else.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands.quiet_telemetry()
    try:
        return _run(words)
    except BlockedError as blocked:
        for reason in blocked.reasons:
            complain(f"blocked: {reason}")
        return EXIT_CODES[BLOCKED]
    except UserError as error:
        complain(f"perennial: {error}")
        return EXIT_CODES[ERROR]
    except Exception as error:
        if os.environ.get("PERENNIAL_DEBUG"):
            raise
        text = " ".join(str(error).split())
        complain(f"perennial: {type(error).__name__}: {text} (PERENNIAL_DEBUG=1 shows where)")
        return EXIT_CODES[ERROR]
    except KeyboardInterrupt:
        complain("perennial: interrupted")
        return EXIT_CODES[ERROR]


def _run(words: list[str]) -> int:
    if words and words[0] in _PASSED_ON:
        return _pass_on(words[0], [word for word in words[1:] if word != "--"])
    options = _parser().parse_args(words)
    settings = Settings.from_env(
        getattr(options, "vars", None), preset=getattr(options, "preset", None)
    )
    match options.command:
        case "prepare":
            return commands.prepare(settings)
        case "refresh":
            return commands.refresh(settings, options.full_refresh)
        case "status":
            return commands.status(settings)
        case "rollback":
            return commands.rollback(settings)
        case "approve":
            return commands.approve(settings, options.load, options.by, options.why)
        case "compare-definitions":
            return commands.compare_definitions(settings, options.a, options.b)
        case "ui":
            return commands.ui(settings, options.port)
        case "docs":
            return commands.docs(settings, options.serve, options.port)
        case "close-quarter":
            return commands.close_quarter(settings, options.quarter)
        case "verify-comp":
            return commands.verify_comp(settings, options.quarter)
        case "send-alerts":
            return commands.send_alerts(settings, options.unknown)
        case _:
            return commands.clean(settings, options.all)


def _pass_on(command: str, words: list[str]) -> int:
    """Commands with options of their own."""
    if command == "dbt":
        return commands.dbt(Settings.from_env(), words)
    if command == "simulate":
        from simulator.cli import main as run
    else:
        from orchestration.bench import main as run
    return run(words) or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="perennial",
        description="From raw tables to published MRR movements, in one command.",
        epilog="Also: simulate, bench, dbt -- ARGUMENTS (each has --help of its own). "
        "Exit codes of refresh: 0 published, 2 blocked by the data, 1 anything else.",
    )
    commands_of = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, help_text: str) -> argparse.ArgumentParser:
        return commands_of.add_parser(name, help=help_text, description=help_text)

    add("prepare", "create the state files, so that a bare dbt build works")
    refresh = add("refresh", "accept, check, build, test and publish")
    refresh.add_argument("--vars", help="dbt vars for this run, as '{name: value}'")
    refresh.add_argument(
        "--preset", metavar="NAME", help="rules of stripe, chartmogul, profitwell or recurly"
    )
    refresh.add_argument(
        "--full-refresh", action="store_true", help="build increments from the start"
    )
    add("status", "show the last run and what is published")
    add("rollback", "let readers see the version before the current one")
    approve = add("approve", "let a rejected load in")
    approve.add_argument("load", metavar="LOAD", help="load id, as the report names it")
    approve.add_argument("--by", required=True, metavar="NAME", help="who decides")
    approve.add_argument("--why", required=True, metavar="TEXT", help="why it may come in")
    compare = add(
        "compare-definitions", "the same months under two definitions of MRR, rule by rule"
    )
    for side in ("a", "b"):
        compare.add_argument(
            side,
            metavar=side.upper(),
            help="default, stripe, chartmogul, profitwell, recurly, or rules as '{name: value}'",
        )
    compare.add_argument("--vars", help="dbt vars that hold on both sides, as '{name: value}'")
    ui = add("ui", "serve Dagster on 127.0.0.1")
    ui.add_argument("--port", type=int, default=3000)
    docs = add("docs", "write the documentation as a static page")
    docs.add_argument("--serve", action="store_true", help="and serve it on 127.0.0.1")
    docs.add_argument("--port", type=int, default=8080)
    quarter = add("close-quarter", "lock the statements of a quarter, for good")
    quarter.add_argument("quarter", nargs="?", help="like 2026Q3")
    verify = add("verify-comp", "prove that closed statements are unchanged")
    verify.add_argument("quarter", nargs="?", help="like 2026Q3; without it every closed one")
    send = add("send-alerts", "send the alerts that wait to PERENNIAL_ALERT_WEBHOOK")
    send.add_argument(
        "--unknown", action="store_true", help="also those that may have arrived already"
    )
    clean = add("clean", "remove builds, logs and results; history and versions stay")
    clean.add_argument("--all", action="store_true", help="history and versions too")
    return parser


if __name__ == "__main__":
    entry()
