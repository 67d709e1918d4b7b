"""Alerts on their way out, after publish; off unless PERENNIAL_ALERT_WEBHOOK is set."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.publish import PUBLISHED
from orchestration.defs.resources import REFRESH
from orchestration.refresh import Refresh

SENT_ALERTS = dg.AssetKey(["published", "sent_alerts"])
CHECK = "every_alert_left"


def build_alerts() -> dg.AssetsDefinition:
    """The asset that is made when alerts are sent; left out where no webhook is set."""

    @dg.asset(
        key=SENT_ALERTS,
        deps=[PUBLISHED],
        group_name="published",
        description="New alerts, each sent at most once to the webhook of PERENNIAL_ALERT_WEBHOOK.",
        required_resource_keys={REFRESH},
        output_required=False,
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=SENT_ALERTS,
                description="Nothing waits, nothing is in doubt. A warning: the version stands.",
            )
        ],
    )
    def sent_alerts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        refresh: Refresh = context.resources.refresh
        if refresh.published is None:
            raise dg.Failure(
                "alerts are sent after a publish; `perennial send-alerts` sends what waits",
                allow_retries=False,
            )
        sending = refresh.send_alerts()
        if sending is None:
            return
        yield dg.MaterializeResult(
            metadata=dict(sending.counts),
            check_results=[
                dg.AssetCheckResult(
                    check_name=CHECK,
                    passed=not sending.warnings,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"messages": "\n".join(sending.warnings)},
                )
            ],
        )

    return sent_alerts
