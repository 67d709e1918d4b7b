"""The dbt project as assets, its tests as asset checks; one step builds and tests it all."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from orchestration.dbt_runs import NodeResult
from orchestration.defs.resources import REFRESH, attempt
from orchestration.refresh import Refresh

UNIQUE_ID = "dagster_dbt/unique_id"
MARTS = "marts"
# Tests of several models belong to the one that readers know.
_LAYERS = ("marts", "intermediate", "memory", "staging")


class Translator(DagsterDbtTranslator):
    """dagster-dbt's naming, and a place for tests that look at several models."""

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """The check of a test: a singular test is shown on the first mart that it reads."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        test = manifest["nodes"][unique_id]
        if spec is not None:
            # The step fails by itself on a failed test; nothing has to wait for single results.
            return spec._replace(blocking=False)
        if test.get("attached_node"):
            return None
        home = _home_of(test, manifest)
        if home is None or self.get_asset_key(manifest["nodes"][home]) != asset_spec.key:
            return None
        return dg.AssetCheckSpec(
            test["name"],
            asset=asset_spec.key,
            description=test.get("description") or None,
            metadata={UNIQUE_ID: unique_id},
        )


def build_warehouse(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The assets of seeds and models with their checks.

    Args:
        manifest: dbt's manifest.
    """

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        exclude="resource_type:unit_test",
        dagster_dbt_translator=Translator(),
        required_resource_keys={REFRESH},
    )
    def warehouse(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        refresh: Refresh = context.resources.refresh
        keys = {spec.metadata[UNIQUE_ID]: spec.key for spec in context.assets_def.specs}
        checks = {spec.metadata[UNIQUE_ID]: spec for spec in context.assets_def.check_specs}
        failure = attempt(refresh, refresh.build)
        if failure is None:
            failure = attempt(refresh, refresh.test)
        # Dagster takes a check's result only beside the materialization of its asset, so a build
        # that failed reports what it got to. Where it forgets all at the end (the command line),
        # it hears of the marts alone, for which publishing waits: each event costs it 8 ms.
        is_kept = not context.instance.is_ephemeral
        for result in refresh.models.results:
            key = keys.get(result.unique_id)
            if result.outcome == "passed" and key and (is_kept or key.path[0] == MARTS):
                yield dg.MaterializeResult(asset_key=key, metadata={"seconds": result.seconds})
        for result in refresh.tests.results if is_kept else ():
            if result.unique_id in checks:
                yield _check(result, checks[result.unique_id])
        if failure:
            raise failure

    return warehouse


def mart_keys(warehouse: dg.AssetsDefinition) -> list[dg.AssetKey]:
    """Keys of the assets that readers see."""
    return sorted(key for key in warehouse.keys if key.path[0] == MARTS)


def _check(result: NodeResult, spec: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    is_error = result.severity == "error" and result.outcome != "warned"
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=result.outcome == "passed",
        severity=dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN,
        metadata={"rows": result.failures, "seconds": result.seconds, "status": result.status},
    )


def _home_of(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> str | None:
    parents = [parent for parent in test["depends_on"]["nodes"] if parent in manifest["nodes"]]
    for layer in _LAYERS:
        for parent in parents:
            if layer in manifest["nodes"][parent]["fqn"]:
                return parent
    return parents[0] if parents else None
