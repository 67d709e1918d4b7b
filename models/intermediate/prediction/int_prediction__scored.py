"""The churn model: trained on judged month ends, held out in time, applied to the as-of day."""

from __future__ import annotations

from typing import Any


def model(dbt: Any, session: Any) -> Any:
    """Hand the rows to `orchestration.prediction.churn`, where all of the logic stands."""
    dbt.config(materialized="table")
    from orchestration.prediction.churn import Settings, predict

    settings = Settings(
        embargo_days=int(dbt.config.get("embargo_days")),
        test_month_ends=int(dbt.config.get("test_month_ends")),
        min_churned_accounts=int(dbt.config.get("min_churned_accounts")),
    )
    found = predict(  # noqa: F841 - DuckDB reads it by name
        dbt.ref("int_prediction__features").df(), dbt.ref("int_prediction__labels").df(), settings
    )
    return session.sql("""
        select
            cast(part as varchar) as part,
            cast(target as varchar) as target,
            cast(account_id as varchar) as account_id,
            cast(score_date as date) as score_date,
            cast(probability as double) as probability,
            cast(null_reason as varchar) as null_reason,
            cast(model_name as varchar) as model_name,
            cast(trained_through as date) as trained_through,
            cast(driver_1 as varchar) as driver_1,
            cast(driver_2 as varchar) as driver_2,
            cast(driver_3 as varchar) as driver_3,
            cast(drivers_in_words as varchar) as drivers_in_words
        from found
        order by part, target, account_id, score_date
    """)
