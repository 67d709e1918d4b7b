"""Raw tables as assets: one per table that the manifest declares as a source."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg

from orchestration.defs.resources import REFRESH, attempt
from orchestration.refresh import Refresh

ARRIVAL_CHECK = "arrival"
FRESHNESS = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(days=14), warn_window=timedelta(days=3)
)


def build_landing(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The asset of accept and arrival checks: every source of the dbt project.

    Args:
        manifest: dbt's manifest; no list of tables is kept by hand.
    """
    sources = sorted(manifest["sources"].values(), key=lambda source: source["unique_id"])
    raw = [source for source in sources if source["database"] == "raw"]
    specs = [_spec(source) for source in sources]

    @dg.multi_asset(
        name="landing",
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                ARRIVAL_CHECK,
                asset=key_of(source),
                description="Schema, volume and freshness of what arrived, by Great Expectations.",
            )
            for source in raw
        ],
        required_resource_keys={REFRESH},
    )
    def landing(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        refresh: Refresh = context.resources.refresh
        failure = attempt(refresh, refresh.accept)
        loads = _loads(refresh)
        for source in raw:
            yield _check(refresh, source)
        if failure:
            raise failure
        for source in sources:
            table = f"{source['source_name']}.{source['name']}"
            yield dg.MaterializeResult(
                asset_key=key_of(source),
                metadata=loads.get(table) or {"state": "off: not in the landing"},
            )

    return landing


def key_of(source: Mapping[str, Any]) -> dg.AssetKey:
    """Asset key of a source, the same that dagster-dbt gives it."""
    return dg.AssetKey([source["source_name"], source["name"]])


def _spec(source: Mapping[str, Any]) -> dg.AssetSpec:
    meta = source.get("meta") or {}
    is_raw = source["database"] == "raw"
    return dg.AssetSpec(
        key_of(source),
        description=source.get("description") or None,
        group_name=source["source_name"],
        kinds={"duckdb"},
        skippable=True,
        freshness_policy=FRESHNESS if is_raw and not meta.get("never_stale") else None,
    )


def _loads(refresh: Refresh) -> dict[str, dict[str, Any]]:
    """Rows and newest sync time per table, for the asset's page."""
    found: dict[str, dict[str, Any]] = {}
    for result in refresh.report.loads if refresh.report else []:
        if result.outcome == "accepted":
            entry = found.setdefault(
                result.load.source_table, {"state": "accepted", "loads": 0, "rows": 0}
            )
            entry["loads"] += 1
            entry["rows"] += result.load.rows_in
            if result.load.synced_to:
                entry["synced_to"] = max(
                    entry.get("synced_to", ""), result.load.synced_to.isoformat()
                )
    return found


def _check(refresh: Refresh, source: Mapping[str, Any]) -> dg.AssetCheckResult:
    table = f"{source['source_name']}.{source['name']}"
    rejections = refresh.report.rejections if refresh.report else []
    refused = [item.message for item in rejections if item.source_table == table]
    results = [
        result
        for kind, result in refresh.expectations
        if kind == "arrival_expectation" and result.subject in (table, source["source_name"])
    ]
    told = [result.message for result in results if not result.is_success]
    return dg.AssetCheckResult(
        asset_key=key_of(source),
        check_name=ARRIVAL_CHECK,
        passed=not refused and not told,
        severity=dg.AssetCheckSeverity.ERROR if refused else dg.AssetCheckSeverity.WARN,
        metadata={"expectations": len(results), "messages": "\n".join(refused or told)},
    )
