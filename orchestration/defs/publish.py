"""The published version as an asset."""

from collections.abc import Sequence

import dagster as dg

from orchestration.defs.resources import REFRESH, attempt
from orchestration.refresh import Refresh

PUBLISHED = dg.AssetKey(["published", "perennial"])


def build_publish(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that readers open; it waits for every mart and for the gate.

    Args:
        marts: keys of all marts.
    """

    @dg.asset(
        key=PUBLISHED,
        deps=list(marts),
        group_name="published",
        kinds={"duckdb", "parquet"},
        description="One version of all marts behind one link: `published/perennial.duckdb`.",
        required_resource_keys={REFRESH},
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        refresh: Refresh = context.resources.refresh
        failure = attempt(refresh, refresh.publish)
        if failure or refresh.published is None:
            raise failure or dg.Failure("nothing was published")
        manifest = refresh.published.manifest
        return dg.MaterializeResult(
            metadata={
                "run_id": refresh.run_id,
                "as_of_date": manifest["as_of_date"],
                "stale_sources": ", ".join(manifest["stale_sources"]) or "none",
                "rows": sum(manifest["row_counts"].values()),
            }
        )

    return publish
