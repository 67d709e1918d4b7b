"""What a command works on: folders, files and variables, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.errors import UserError

PROJECT_DIR = Path(__file__).resolve().parent.parent

# Set for this process and what it starts, unless the person has set them: no tool calls home.
TELEMETRY_OFF = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DAGSTER_DISABLE_TELEMETRY": "1",
}


@dataclass(frozen=True)
class Settings:
    """Folders, files and variables of one command.

    Attributes:
        project_dir: root of the checkout (holds `dbt_project.yml`).
        home: folder for all state, `PERENNIAL_HOME`.
        landing: folder with `<source>/<table>.csv|.parquet`, `PERENNIAL_LANDING`.
        external_raw: DuckDB file a connector fills, `PERENNIAL_RAW`; None when files are landed.
        as_of: the day the run speaks for, `PERENNIAL_AS_OF` or var `as_of_date`; None = from data.
        dbt_vars: dbt vars given by the person, as they were given.
        keep_versions: published versions (and quality folders, history copies) that stay.
        published_mode: permission bits of folders under `published/`, `PERENNIAL_PUBLISHED_MODE`
            (octal, default 0o700); never applied to pay data.
        alert_webhook: address that new alerts are sent to, `PERENNIAL_ALERT_WEBHOOK`; None = alerts
            stay in the warehouse. A secret: never printed.
    """

    project_dir: Path
    home: Path
    landing: Path
    external_raw: Path | None = None
    as_of: date | None = None
    dbt_vars: Mapping[str, Any] = field(default_factory=dict)
    keep_versions: int = 5
    published_mode: int = 0o700
    alert_webhook: str | None = field(default=None, repr=False)

    @classmethod
    def from_env(
        cls,
        vars_text: str | None = None,
        environ: Mapping[str, str] | None = None,
        project_dir: Path | None = None,
        preset: str | None = None,
    ) -> Settings:
        """Read the settings; a relative path counts from where the command was called.

        Args:
            vars_text: YAML or JSON mapping of dbt vars, as `--vars` of dbt takes it.
            environ: stands in for `os.environ` in tests.
            project_dir: stands in for the checkout of this file in tests.
            preset: name of a preset of the MRR rules; vars given by themselves win over it.

        Raises:
            UserError: a value cannot be read; the text names the variable and what it takes.
        """
        env = os.environ if environ is None else environ
        project = (project_dir or PROJECT_DIR).resolve()
        dbt_vars = parse_vars(vars_text)
        if preset:
            dbt_vars = {"mrr_preset": preset, **dbt_vars}
        if dbt_vars:
            from orchestration.policies.presets import with_preset

            dbt_vars = with_preset(dbt_vars)
        as_of_text = dbt_vars.get("as_of_date") or env.get("PERENNIAL_AS_OF")
        external = env.get("PERENNIAL_RAW")
        return cls(
            project_dir=project,
            home=_path(env.get("PERENNIAL_HOME"), project / "warehouse"),
            landing=_path(env.get("PERENNIAL_LANDING"), project / "seeds" / "raw"),
            external_raw=_path(external, project) if external else None,
            as_of=_as_date(as_of_text) if as_of_text else None,
            dbt_vars=dbt_vars,
            keep_versions=_positive_int(env, "PERENNIAL_KEEP_VERSIONS", 5),
            published_mode=_mode(env, "PERENNIAL_PUBLISHED_MODE", 0o700),
            alert_webhook=env.get("PERENNIAL_ALERT_WEBHOOK", "").strip() or None,
        )

    @property
    def raw_file(self) -> Path:
        """Landed tables; the connector's own file where `PERENNIAL_RAW` is set."""
        return self.external_raw or self.home / "raw.duckdb"

    @property
    def run_file(self) -> Path:
        """What this run was given: loads, unreadable rows, reference overrides."""
        return self.home / "run.duckdb"

    @property
    def history_file(self) -> Path:
        """What cannot be rebuilt; appended only by publish."""
        return self.home / "history.duckdb"

    @property
    def build_file(self) -> Path:
        """The dbt build of target prod, rebuilt at every refresh."""
        return self.home / "build.duckdb"

    @property
    def dev_file(self) -> Path:
        """The dbt build of target dev."""
        return self.home / "dev.duckdb"

    @property
    def published_dir(self) -> Path:
        """`versions/<run>/`, the link `current` and the fixed links through it."""
        return self.home / "published"

    @property
    def quality_dir(self) -> Path:
        """One folder per run with check results, Data Docs and logs."""
        return self.home / "quality"

    @property
    def dagster_dir(self) -> Path:
        """`DAGSTER_HOME` of the web interface."""
        return self.home / "dagster"

    @property
    def comparisons_dir(self) -> Path:
        """Figures of `compare-definitions`, one parquet file per pair."""
        return self.home / "comparisons"

    @property
    def scratch_dir(self) -> Path:
        """Builds of `compare-definitions`; gone when it ends."""
        return self.home / "scratch"

    @property
    def last_run_file(self) -> Path:
        """Outcome of the last refresh, as JSON."""
        return self.home / "last_run.json"

    @property
    def lock_file(self) -> Path:
        """Locked by the operating system while a refresh runs."""
        return self.home / "refresh.lock"

    @property
    def approvals_file(self) -> Path:
        """Approvals of rejected loads that no published run has used yet, one JSON a line."""
        return self.home / "approvals.jsonl"

    @property
    def alert_deliveries_file(self) -> Path:
        """Which alerts were sent; there once sending was switched on."""
        return self.home / "alert_deliveries.duckdb"

    def run_quality_dir(self, run_id: str) -> Path:
        """Folder of one run's results and logs."""
        return self.quality_dir / run_id

    def dbt_env(self) -> dict[str, str]:
        """Environment for dbt: the files of these settings as absolute paths, telemetry off."""
        env = {
            **TELEMETRY_OFF,
            "DBT_PROFILES_DIR": str(self.project_dir),
            "PERENNIAL_HOME": str(self.home),
            "PERENNIAL_LANDING": str(self.landing),
        }
        if self.external_raw is not None:
            env["PERENNIAL_RAW"] = str(self.external_raw)
        return env


def parse_vars(text: str | None) -> dict[str, Any]:
    """Read dbt vars given on the command line.

    Raises:
        UserError: the text is not a YAML or JSON mapping with text keys.
    """
    if text is None or not text.strip():
        return {}
    import yaml  # 30 ms that `perennial --help` need not pay

    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"--vars is not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise UserError(f"--vars takes a mapping like '{{name: value}}', not {text!r}")
    return value


def _path(text: str | None, default: Path) -> Path:
    # absolute() and not resolve(): a home behind a link stays the path the person knows.
    return Path(text).expanduser().absolute() if text else default


def _as_date(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UserError(
            f"PERENNIAL_AS_OF (or var as_of_date) takes a day like 2026-09-30, not {value!r}"
        ) from None


def _positive_int(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if not text:
        return default
    if not text.isdigit() or int(text) < 1:
        raise UserError(f"{name} takes a whole number from 1 up, not {text!r}")
    return int(text)


def _mode(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if not text:
        return default
    try:
        mode = int(text, 8)
    except ValueError:
        mode = -1
    if not 0o700 <= mode <= 0o777:
        raise UserError(f"{name} takes octal folder permissions from 700 to 777, not {text!r}")
    return mode
