"""One refresh: accept, arrival checks, build, tests, publish gate, publish, alerts.

The stages are methods of `Refresh`, so that the Dagster assets and tests run the same code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.runner import Runner
from orchestration import dbt_runs, files, run_record
from orchestration.contract import Contract, load_contract
from orchestration.errors import BlockedError, UserError
from orchestration.publish import links
from orchestration.publish.publisher import Published, publish
from orchestration.publish.versions import PAY_FILE, QualityRow
from orchestration.settings import Settings
from orchestration.terminal import Progress, complain

if TYPE_CHECKING:
    from expectations.model import Result
    from orchestration.alerts.sending import Sending
    from orchestration.landing import AcceptReport


class Refresh:
    """State of one refresh, handed from stage to stage.

    Attributes:
        report: what accept let in; None before it.
        models: results of dbt's seeds and models.
        tests: results of dbt's data tests.
        expectations: results of arrival checks and publish gate.
        published: what publish did; None before it.
        sending: what became of the alerts; None where none are to be sent.
        pay_refusals: why the pay file stays at the version it has; empty where it does not.
    """

    def __init__(
        self,
        settings: Settings,
        record: run_record.RunRecord,
        runner: Runner,
        progress: Progress,
        full_refresh: bool = False,
    ) -> None:
        self.settings = settings
        self.record = record
        self.progress = progress
        self.full_refresh = full_refresh
        self.report: AcceptReport | None = None
        self.models = dbt_runs.DbtRun()
        self.tests = dbt_runs.DbtRun()
        self.expectations: list[tuple[str, Result]] = []
        self.published: Published | None = None
        self.sending: Sending | None = None
        self.pay_refusals: list[str] = []
        self._runner = runner
        self._manifest: Any = None

    @property
    def run_id(self) -> str:
        """Name of this run."""
        return self.record.run_id

    @property
    def quality_dir(self) -> Path:
        """Where this run leaves results and logs."""
        return self.settings.run_quality_dir(self.run_id)

    @cached_property
    def contract(self) -> Contract:
        """What raw tables must be."""
        return load_contract(self.settings.project_dir)

    def prepare(self) -> None:
        """Create the state files and parse the dbt project.

        Raises:
            UserError: a file is locked or damaged, or the project does not parse.
        """
        from orchestration import landing

        landing.prepare(self.settings, self.contract)
        self._manifest = dbt_runs.prepare_manifest(self.settings, self.quality_dir)

    def accept(self) -> AcceptReport:
        """Read the landing, judge what arrived, put in force what passed.

        Raises:
            BlockedError: a required table was refused or is missing.
        """
        from orchestration import landing

        with self.progress.step("accept", "accept") as notes:
            arrivals = landing.stage_arrivals(self.settings, self.contract, self.run_id)
            profiles = landing.profile_arrivals(self.settings, self.contract, arrivals)
            new = sum(len(arrival.new_loads) for arrival in arrivals)
            notes.append(f"{len(arrivals)} tables, {new} new loads")
        with self.progress.step("arrival_checks", "arrival checks") as notes:
            verdicts = self._judge_arrivals(profiles, arrivals)
            notes.append(self._count("arrival_expectation"))
        with self.progress.step("accept", "load") as notes:
            report = landing.promote(self.settings, self.contract, arrivals, verdicts)
            self.report = report
            self.record.warnings += report.warnings
            if report.as_of_date:
                self.record.as_of_date = report.as_of_date.isoformat()
                self._warn_by_the_clock(report.as_of_date)
            notes.append(f"as of {report.as_of_date}")
            self._refuse_pay(
                item.message
                for item in report.rejections
                if item.source_table.startswith("reference.") and not item.is_required
            )
            if report.rejections:
                notes.append(f"{len(report.rejections)} loads refused")
        if report.is_blocked:
            raise BlockedError(report.reasons)
        return report

    def build(self) -> dbt_runs.DbtRun:
        """Build every model into build.duckdb.

        Raises:
            BlockedError: a value does not fit; the data have to change.
            UserError: anything else a model fails by.
        """
        report = self._accepted()
        manifest = self._manifest
        if report.disabled_sources:
            # Which tables there are may decide what a model refers to: parse with that in view.
            manifest = None
        with self.progress.step("build", "build") as notes:
            self._discard_damaged_build()
            self.models = dbt_runs.build_models(
                self.settings, manifest, self.dbt_vars, self.quality_dir, self.full_refresh
            )
            notes.append(f"{len(self.models.of_kind('model'))} models")
            failed = self.models.failed
            self._refuse_pay(
                each.explain() for each in failed if each.is_pay and each.is_data_error
            )
            _raise_for([each for each in failed if not (each.is_pay and each.is_data_error)])
        return self.models

    def test(self) -> dbt_runs.DbtRun:
        """Run dbt's data tests on the build.

        Raises:
            BlockedError: a test of severity error found rows.
            UserError: a test could not run.
        """
        report = self._accepted()
        manifest = None if report.disabled_sources else self._manifest
        with self.progress.step("tests", "tests") as notes:
            try:
                self.tests = dbt_runs.run_tests(
                    self.settings, manifest, self.dbt_vars, self.quality_dir
                )
            finally:
                dbt_runs.close_connections()
            warned = [result for result in self.tests.results if result.outcome == "warned"]
            self.record.warnings += [result.explain() for result in warned]
            notes.append(_outcomes([result.outcome for result in self.tests.results]))
            failed = self.tests.failed
            # A test without its table fails too, where pay data were refused in the build.
            known = bool(self.pay_refusals)
            held = [each for each in failed if each.is_pay and (each.is_data_error or known)]
            self._refuse_pay(each.explain() for each in held if each.is_data_error)
            _raise_for([each for each in failed if each not in held])
        return self.tests

    def _refuse_pay(self, reasons: Iterable[str]) -> None:
        """Hold the pay file at its version, and say so; everything else goes on."""
        held = links.pay_run(self.settings)
        stays = f"stays at version {held}" if held else "stays empty"
        for reason in reasons:
            self.pay_refusals.append(reason)
            self.record.warnings.append(
                f"pay data refused, so {PAY_FILE} {stays} and all else is published: "
                f"{reason.rstrip('.')}; put it right in the landing or its reference seeds, "
                "and refresh"
            )

    def gate(self) -> list[Result]:
        """Judge volumes, ranges and distributions of the finished marts.

        Raises:
            BlockedError: an expectation of severity error failed.
        """
        from expectations.gate import build_suites
        from orchestration.publish.database import attach, connect

        with self.progress.step("publish_gate", "publish gate") as notes:
            with connect() as connection:
                attach(connection, self.settings.build_file, "build")
                suites = build_suites(
                    connection,
                    self.as_of_date,
                    links.current_manifest(self.settings),
                    self.dbt_vars,
                )
            results = self._runner.judge(suites)
            self.expectations += [("publish_expectation", result) for result in results]
            self.record.warnings += [
                result.message for result in results if result.outcome == "warned"
            ]
            notes.append(self._count("publish_expectation"))
        failed = [result.message for result in results if result.outcome == "failed"]
        if failed:
            raise BlockedError(failed)
        return results

    def publish(self) -> Published:
        """Append history, write the version, switch the link."""
        from orchestration.reporting import run_facts

        with self.progress.step("publish", "publish") as notes:
            facts = run_facts(self)
            self.published = publish(self.settings, facts, self.quality_rows(), self.pay_refusals)
            self.record.published_run_id = self.run_id
            notes.append(f"version {self.run_id}")
        self.record.close(run_record.PUBLISHED, [])
        return self.published

    def send_alerts(self) -> Sending | None:
        """Send new alerts where a webhook is set; whatever becomes of it, the run is published."""
        if self.settings.alert_webhook is None:
            return None
        from orchestration.alerts.sending import Sending, send_new_alerts

        # Should this process be killed while it waits for the receiver, the file tells the truth.
        self.record.save(self.settings.last_run_file)
        with self.progress.step("alerts", "alerts") as notes:
            try:
                self.sending = send_new_alerts(self.settings, self.run_id)
            except Exception as error:
                self.sending = Sending(trouble=_why_not_sent(error))
            self.record.alerts = self.sending.counts
            self.record.warnings += self.sending.warnings
            notes.append(self.sending.summary)
        return self.sending

    @property
    def as_of_date(self) -> date:
        """The day the run speaks for.

        Raises:
            UserError: accept has not said yet.
        """
        day = self._accepted().as_of_date
        if day is None:
            raise UserError("no accepted row says which day it is; set PERENNIAL_AS_OF")
        return day

    @property
    def dbt_vars(self) -> dict[str, Any]:
        """What dbt is given; the person's own vars win, but for the name of the run."""
        report = self._accepted()
        return {
            "disabled_sources": report.disabled_sources,
            **self.settings.dbt_vars,
            "as_of_date": self.as_of_date.isoformat(),
            "run_id": self.run_id,
        }

    def quality_rows(self) -> list[QualityRow]:
        """Every check of this run, as `fct_quality_results` tells it."""
        rows = [
            QualityRow(
                check_name=test.name,
                check_kind="dbt_test",
                subject=test.subject,
                outcome=test.outcome,
                severity=test.severity,
                observed=f"{test.failures} rows",
            )
            for test in self.tests.results
        ]
        rows += [
            QualityRow(
                check_name=f"{result.suite}.{result.rule}",
                check_kind=kind,
                subject=result.subject,
                outcome=result.outcome,
                severity=result.severity,
                observed=result.observed,
            )
            for kind, result in self.expectations
        ]
        return rows

    def keep_results(self) -> None:
        """Leave results and Data Docs under `quality/<run>/`, also of a run that was blocked."""
        from dataclasses import asdict

        rows = [asdict(row) for row in self.quality_rows()]
        if rows:
            files.write_json(self.quality_dir / "checks.json", rows)
        if self.expectations:
            self._runner.start_docs(self.quality_dir / "docs")
        folders = sorted(path for path in self.settings.quality_dir.iterdir() if path.is_dir())
        keep = self.settings.keep_versions
        files.remove_all(folder for folder in folders[:-keep] if folder.name != self.run_id)

    def _judge_arrivals(self, profiles: Sequence[Any], arrivals: Any) -> dict[str, Any]:
        from expectations.arrivals import build_checks, source_warnings, verdicts
        from orchestration.landing import provisional_as_of

        as_of = provisional_as_of(self.settings, arrivals)
        checks = build_checks(profiles, self.contract, as_of, self._project_vars())
        results = self._runner.judge(checks.suites)
        self.expectations += [("arrival_expectation", result) for result in results]
        self.record.warnings += source_warnings(results)
        return verdicts(profiles, results)

    @property
    def stale_warn_days(self) -> int:
        """Days behind the as-of day from which a source is called stale."""
        return int(self._project_vars().get("stale_warn_days") or 3)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Write what stops a stage into the record, and let it go on upwards."""
        try:
            yield
        except BlockedError as blocked:
            self.record.close(run_record.BLOCKED, blocked.reasons)
            raise
        except UserError as error:
            self.record.close(run_record.ERROR, [str(error)])
            raise
        except Exception as error:
            self.record.close(run_record.ERROR, [_unexpected(self, error)])
            raise UserError(self.record.reasons[0]) from error
        except BaseException:  # Ctrl-C, or what Dagster makes of it inside an asset
            if self.published is None:
                self.record.close(run_record.ERROR, ["interrupted"])
            raise

    def leave_interrupted(self) -> None:
        """Write the record of a refresh that could not be ended in the ordinary way."""
        if self.record.finished_at is None:
            self.record.close(run_record.ERROR, ["interrupted"])
            self.record.save(self.settings.last_run_file)
            complain("perennial: interrupted")

    def _project_vars(self) -> dict[str, Any]:
        from orchestration.contract import read_yaml

        project = read_yaml(self.settings.project_dir / "dbt_project.yml")
        return {**(project.get("vars") or {}), **self.settings.dbt_vars}

    def _accepted(self) -> AcceptReport:
        if self.report is None:
            raise UserError("nothing was accepted yet: accept comes first")
        return self.report

    def _warn_by_the_clock(self, as_of_date: date) -> None:
        """The clock never rejects: a run has to come out the same whenever it is repeated."""
        age = (datetime.now(UTC).date() - as_of_date).days
        if self.settings.as_of is None and age > self.stale_warn_days:
            self.record.warnings.append(
                f"the newest row of all sources is of {as_of_date}, {age} days ago; see whether "
                "the landing is still being filled"
            )

    def _count(self, kind: str) -> str:
        return _outcomes([result.outcome for of, result in self.expectations if of == kind])

    def _discard_damaged_build(self) -> None:
        """The build can always be made again: a file that a crash damaged must not need a hand."""
        import duckdb

        build = self.settings.build_file
        try:
            duckdb.connect(str(build)).close()
        except duckdb.IOException as error:
            if "lock" in str(error).lower():
                raise UserError(
                    f"{build} is open in another process; close it and try again"
                ) from None
            files.remove_all([build, build.with_name(build.name + ".wal")])
        except duckdb.Error:
            files.remove_all([build, build.with_name(build.name + ".wal")])


def _raise_for(failed: Sequence[dbt_runs.NodeResult]) -> None:
    if not failed:
        return
    reasons = [result.explain() for result in failed]
    if all(result.is_data_error for result in failed):
        raise BlockedError(reasons)
    raise UserError("\n".join(reasons))


def _outcomes(outcomes: Sequence[str]) -> str:
    words = ("passed", "warned", "failed", "skipped")
    counts = [(outcomes.count(word), word) for word in words]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to check"


def _why_not_sent(error: Exception) -> str:
    """Why a step failed; of an unforeseen error only its name: its text may hold the address."""
    if isinstance(error, UserError):
        return str(error)
    return f"sending them failed by {type(error).__name__}"


def _unexpected(refresh: Refresh, error: Exception) -> str:
    """Keep the traceback in a file; the person gets one sentence."""
    import traceback

    log = refresh.quality_dir / "error.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    text = " ".join(str(error).split())
    return f"{type(error).__name__} during {refresh.progress.stage}: {text}; details: {log}"
