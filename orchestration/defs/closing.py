"""The closing of a quarter as a job: what `perennial close-quarter` does."""

from typing import Any

import dagster as dg

from orchestration.compensation.closing import describe
from orchestration.compensation.session import close_published
from orchestration.defs.schedules import ONE_AT_A_TIME
from orchestration.errors import UserError
from orchestration.settings import Settings

CLOSING_JOB = "close_quarter"


def build_closing() -> Any:  # Dagster keeps the name of its type to itself
    """Lock the published statements of the quarter in the run's config."""

    @dg.op(config_schema={"quarter": dg.Field(str, description="like 2026Q3")})
    def lock_statements(context: dg.OpExecutionContext) -> None:
        try:
            closing = close_published(Settings.from_env(), context.op_config["quarter"])
        except UserError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        # Sums of pay are for the terminal of who closes, not for Dagster's log.
        context.log.info(next(iter(describe(closing))))

    @dg.job(
        name=CLOSING_JOB,
        description="lock the published statements of a quarter, for good",
        executor_def=dg.in_process_executor,
        tags=ONE_AT_A_TIME,
    )
    def close_quarter() -> None:
        lock_statements()

    return close_quarter
