"""The publish gate as asset checks on the marts it judges."""

from collections.abc import Iterator, Sequence

import dagster as dg

from expectations.gate import JUDGED_MARTS
from orchestration.defs.resources import REFRESH, attempt
from orchestration.refresh import Refresh

GATE_CHECK = "publish_gate"


def build_gate(marts: Sequence[dg.AssetKey]) -> dg.AssetChecksDefinition | None:
    """Checks that hold publish back; None for a project without any of the judged marts.

    Args:
        marts: keys of the marts that there are.
    """
    judged = [key for key in marts if key.path[-1] in JUDGED_MARTS]
    if not judged:
        return None

    @dg.multi_asset_check(
        name="gate",
        specs=[
            dg.AssetCheckSpec(
                GATE_CHECK,
                asset=key,
                blocking=True,
                description="Volumes, ranges and distributions, by Great Expectations.",
            )
            for key in judged
        ],
        required_resource_keys={REFRESH},
    )
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        refresh: Refresh = context.resources.refresh
        failure = attempt(refresh, refresh.gate)
        for key in judged:
            yield _result(refresh, key)
        if failure:
            raise failure

    return gate


def _result(refresh: Refresh, key: dg.AssetKey) -> dg.AssetCheckResult:
    results = [
        result
        for kind, result in refresh.expectations
        if kind == "publish_expectation" and result.subject == key.path[-1]
    ]
    failed = [result for result in results if result.outcome == "failed"]
    told = [result.message for result in results if not result.is_success]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=GATE_CHECK,
        passed=not told,
        severity=dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN,
        metadata={"expectations": len(results), "messages": "\n".join(told)},
    )
